import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AuditPage } from '@lookout/protocol';
import { oddModel } from '@lookout/vision/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SETTING_OPTIONS } from '../platform/config/options.js';
import { createTestDatabase } from '../testing/postgres.js';
import { describeError, exitCodeOf } from './exit/exit-codes.js';
import { runCommand } from './index.js';

const bin = fileURLToPath(new URL('../../bin/lookout.js', import.meta.url));

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'lookout-cli-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function start(args: readonly string[]) {
  // Only what the command needs: settings of whoever runs the tests stay out.
  const env = { PATH: process.env.PATH, UV_THREADPOOL_SIZE: '16' };
  const child = spawn(process.execPath, [bin, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, output, ended };
}

/** Runs a command in a process of its own. */
async function run(...args: string[]) {
  const { output, ended } = start(args);
  return { code: await ended, ...output };
}

/** Runs a command here: a process of its own takes most of a second to start. */
async function runHere(...args: string[]) {
  const output = { stdout: '', stderr: '' };
  const take = (stream: keyof typeof output) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      output[stream] += text;
      return true;
    });
  const log = vi.spyOn(console, 'log').mockImplementation((text) => {
    output.stdout += `${text}\n`;
  });
  const spies = [take('stdout'), take('stderr'), log];
  for (const name of Object.keys(process.env)) if (name.startsWith('LOOKOUT_')) vi.stubEnv(name, undefined);
  const before = process.cwd();
  process.chdir(cwd);
  try {
    await runCommand(args);
    return { code: 0, ...output };
  } catch (error) {
    return { code: exitCodeOf(error), stdout: output.stdout, stderr: output.stderr + describeError(error) };
  } finally {
    process.chdir(before);
    vi.unstubAllEnvs();
    for (const spy of spies) spy.mockRestore();
  }
}

describe('lookout', { timeout: 60_000 }, () => {
  it('lists every flag of the settings, and ends with 2 if there is no such flag', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    for (const { flag } of SETTING_OPTIONS) if (flag) expect(stdout).toContain(flag);
    expect(stdout).toContain('--source <url>');
    expect((await run('--prot', '1')).code).toBe(2);
  });

  it.each([
    [['--prot', '1'], "unknown option '--prot'"],
    [['serv'], 'too many arguments'],
    [['--port', 'x'], '--port: expected a number, got "x"'],
    [['--confidence', '7'], '--confidence: expected at most 0.95, got 7'],
    [['--config', 'none.yaml'], 'none.yaml: ENOENT'],
    [['detect'], "missing required argument 'input'"],
    [['detect', 'a.jpg', '--workers', '0'], '--workers: expected at least 1, got 0'],
  ])('refuses %j as wrong usage', async (args, message) => {
    const { code, stderr } = await runHere(...args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(existsSync(join(cwd, 'data'))).toBe(false);
  });

  it('names the key of the settings file that is wrong', async () => {
    writeFileSync(join(cwd, 'lookout.yaml'), 'cameras:\n  - { name: a, uri: rtsp://u:secret@h }\n');
    const { code, stderr } = await run();
    expect(code).toBe(2);
    expect(stderr).toContain('lookout.yaml: cameras.0.uri: unknown key');
    expect(stderr).not.toContain('secret');
  });

  it('lists the models, as JSON too', async () => {
    const { code, stdout } = await runHere('models', 'list', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ name: 'nanodet-g', where: 'embedded' }));
  });

  it('lists models of its own with what they are and how sure that is', async () => {
    mkdirSync(join(cwd, 'data', 'models'), { recursive: true });
    writeFileSync(join(cwd, 'data', 'models', 'thing.onnx'), oddModel());
    writeFileSync(join(cwd, 'data', 'models', 'page.onnx'), '<html>');
    const { code, stdout } = await runHere('models', 'list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^thing +here +finds objects +your own: yolov8, 1 class; likely: /m);
    expect(stdout).toMatch(/^page +here +finds objects +can't be used: /m);
  });

  it('says what is wrong with a picture', async () => {
    const missing = await runHere('detect', 'none.jpg');
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toContain("Can't read none.jpg: there is no such file");
    writeFileSync(join(cwd, 'cut.jpg'), Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]));
    const cut = await run('detect', 'cut.jpg');
    expect(cut.code).toBe(1);
    expect(cut.stderr).toMatch(/^lookout: (?!.*\n\s+at )/);
  });

  it('looks at the machine, and says that the port is taken, and by which flag to choose another', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      const { code, stderr } = await run('--port', String(port), '--no-demo');
      expect(stderr).toContain(`Port ${port} on 127.0.0.1 is already in use`);
      expect(stderr).toContain('--port');
      expect(code).toBe(3);
      const { code: doctorCode, stdout } = await run('doctor', '--port', String(port), '--json');
      const findings = JSON.parse(stdout) as { name: string; state: string; detail: string }[];
      const detail = `127.0.0.1 port ${port} is in use by another program; choose another with --port`;
      expect(findings.filter(({ state }) => state === 'fail')).toEqual([{ name: 'port', state: 'fail', detail }]);
      expect(doctorCode).toBe(1);
      const found = (what: string) => findings.find(({ name }) => name === what)?.detail;
      expect(found('inference')).toMatch(/ ms at 416×320, one thread, cpu$/);
      expect(found('video decoders')).toContain('h264');
    } finally {
      other.close();
    }
  });

  it('keeps keys of several nodes in the database that they share', async () => {
    const database = await createTestDatabase('cli_keys');
    const made = await runHere('keys', 'create', 'boss', '--scope', 'admin', '--cluster', database);
    expect([made.code, made.stdout]).toEqual([0, expect.stringMatching(/^lk_[\w-]+\n$/)]);
    expect(made.stderr).toContain('in the database of the nodes');
    expect((await runHere('keys', 'list', '--cluster', database)).stdout).toMatch(/^boss +admin /);
    expect((await runHere('users', 'list', '--cluster', database)).stdout).toContain('Nobody has an account');
    expect((await runHere('keys', 'list')).stdout).toContain('There are no API keys');
  });

  it('serves until a signal, alone on its data, with keys made and revoked meanwhile, and ends in order', async () => {
    const { child, output, ended } = start(['--port', '0', '--no-demo', '--workers', '1', '--sign-in', 'always']);
    try {
      await expect.poll(() => output.stdout, { timeout: 30_000 }).toContain('Lookout is at ');
      const url = /Lookout is at (http:\/\/127\.0\.0\.1:\d+)/.exec(output.stdout)![1];
      const made = await run('keys', 'create', 'robot', '--scope', 'detect');
      expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^lk_[\w-]{43}\n$/) });
      const robot = made.stdout.trim();
      const status = async (key: string, path: string) =>
        (await fetch(url + path, { headers: { Authorization: `Bearer ${key}` } })).status;
      expect(await status(robot, '/stream/stats')).toBe(200);
      expect(await status(robot, '/api/cameras')).toBe(403);
      const listed = await runHere('keys', 'list');
      expect(listed.stdout).toMatch(/^admin +admin .*\nrobot +detect .* all cameras\n$/);
      expect(listed.stdout).not.toContain(robot);
      const { stdout } = await runHere('keys', 'qr', '--host', '192.0.2.7', '--port', '8080');
      const [, path] = /^http:\/\/192\.0\.2\.7:8080(\/join\/[\w-]{43})\n\n {2}█/.exec(stdout)!;
      expect((await fetch(url + path!, { redirect: 'manual' })).headers.get('set-cookie')).toMatch(/^lookout_session=/);
      expect((await runHere('keys', 'revoke', 'robot')).code).toBe(0);
      const [admin] = /lk_[\w-]{43}/.exec(output.stderr)!;
      const audit = await fetch(`${url}/api/audit`, { headers: { Authorization: `Bearer ${admin}` } });
      const { entries } = (await audit.json()) as AuditPage;
      const done = entries.filter(({ actor }) => actor.kind === 'command');
      expect(done.map(({ action, target, fields }) => [action, target?.name, fields])).toEqual([
        ['key.revoke', 'robot', undefined],
        ['session.make_code', undefined, undefined],
        ['key.create', 'robot', ['name', 'scope']],
      ]);
      // The server looks for changes of others every second.
      await expect.poll(() => status(robot, '/stream/stats')).toBe(401);
      const second = await run('--port', '0', '--no-demo');
      expect(second.stderr).toContain(`in use by another Lookout (process ${child.pid})`);
      expect(second.code).toBe(4);
    } finally {
      child.kill('SIGTERM');
    }
    expect(await ended).toBe(0);
    expect(output.stderr, 'the key and nothing else').toMatch(/^\nYour admin key.*\n\n {2}lk_[\w-]{43}\n\n$/);
    expect(existsSync(join(cwd, 'data', 'lookout.pid'))).toBe(false);
  });

  it.each([
    [['keys', 'create', 'x'], "required option '--scope <scope>' not specified", 2],
    [['keys', 'create', 'x', '--scope', 'root'], "argument 'root' is invalid", 2],
    [['keys', 'create', 'x', '--scope', 'admin', '--camera', 'yard'], 'only keys of scope operator or viewer', 2],
    [['keys', 'create', 'x', '--scope', 'viewer', '--camera', 'yard'], 'There is no camera "yard"', 2],
    [['keys', 'qr'], "can't reach a server that listens on 127.0.0.1", 2],
    [['keys', 'revoke', 'nobody'], 'There is no API key "nobody"', 1],
    [['keys', 'list', '--cluster', 'db'], 'The address of the database is not valid', 2],
    [['--cluster', 'postgres://lookout@db/lookout'], '--cluster: expected --node-url too', 2],
  ])('refuses %j', async (args, message, exitCode) => {
    const { code, stderr } = await runHere(...args);
    expect(stderr).toContain(message);
    expect(code).toBe(exitCode);
  });
});
