import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openPage } from '../support/browser.js';
import { keep } from '../support/keep.js';
import { root } from '../support/paths.js';
import { run } from '../support/run.js';
import { scratchFolder } from '../support/scratch-folder.js';
import { startLookout, streetJpegs } from '../support/start.js';
import { until } from '../support/until.js';

const python = '/usr/bin/python3';
const example = (path: string) => join(root, 'examples', path);
/** Where the server is and the key it asks for, as every example takes them. */
const env = { LOOKOUT_URL: '', LOOKOUT_KEY: '' };
let jpegs: Uint8Array<ArrayBuffer>[];

beforeAll(async () => {
  jpegs = await streetJpegs();
  // On all addresses, so that it asks for its key.
  const lookout = await startLookout({ host: '0.0.0.0' }, 'file');
  env.LOOKOUT_URL = `http://127.0.0.1:${lookout.port}`;
  env.LOOKOUT_KEY = await lookout.adminKey();
});

function pictures(count: number): string[] {
  const folder = scratchFolder();
  return jpegs.slice(0, count).map((jpeg, i) => {
    const path = join(folder, `street-${i}.jpg`);
    writeFileSync(path, jpeg);
    return path;
  });
}

const line = (name: string) => new RegExp(`${name}: person (#\\d+ )?0\\.\\d\\d \\[\\d+, \\d+, \\d+, \\d+\\]`);

describe('the example in Python', () => {
  it.each(['rest', 'ws', 'sse'])('prints what is in pictures, by %s', async (via) => {
    const { code, stdout, stderr } = await run(
      python,
      [example('python/detect.py'), '--via', via, ...pictures(2)],
      env,
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(line('street-0.jpg'));
  });

  it('says what the server says where it refuses', async () => {
    const [picture = ''] = pictures(1);
    const refused = await run(python, [example('python/detect.py'), picture], { ...env, LOOKOUT_KEY: 'lk_wrong' });
    expect(refused.code).toBe(1);
    expect(refused.stderr).not.toContain('Traceback');
    expect(refused.stderr.trim()).not.toBe('');
  });
});

describe('the example in Node', () => {
  it.each(['rest', 'ws', 'sse'])('prints what is in pictures, by %s', async (via) => {
    const files = pictures(2);
    const { code, stdout, stderr } = await run(
      process.execPath,
      [example('node/detect.mjs'), '--via', via, ...files],
      env,
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(line(files[0] as string));
  });

  it('says what is wrong, and ends with it', async () => {
    const [picture = ''] = pictures(1);
    const script = example('node/detect.mjs');
    const refused = await run(process.execPath, [script, picture], { ...env, LOOKOUT_KEY: 'lk_wrong' });
    expect(refused.code).toBe(1);
    expect(refused.stderr.trim()).not.toBe('');
    expect(refused.stderr).not.toContain(' at ');
  });
});

describe('the example with curl', () => {
  it('prints what is in a picture, by one request and by a session', async () => {
    const { code, stdout, stderr } = await run('/bin/sh', [example('curl/detect.sh'), ...pictures(1)], env);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const answers = stdout.split('\n').filter((text) => text.includes('"class_name":"person"'));
    expect(answers).toHaveLength(2);
    expect(answers[1]).toMatch(/^data: \{"type":"detection_result"/);
  });

  it('says what is wrong, and ends with it', async () => {
    const refused = await run('/bin/sh', [example('curl/detect.sh'), ...pictures(1)], {
      ...env,
      LOOKOUT_KEY: 'lk_wrong',
    });
    expect(refused.code).toBe(22);
    expect(refused.stdout).toContain('"code":"unauthorized"');
  });
});

it('the example in a browser shows what is in a picture, by each of them', { timeout: 180_000 }, async () => {
  const [picture = ''] = pictures(1);
  const vite = spawn(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), example('browser')], {
    env: { ...process.env, ...env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  keep(vite, (child) => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode !== null) return undefined;
    child.kill();
    return ended;
  });
  let output = '';
  vite.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const url = await until('where its page is', () => /http:\/\/127\.0\.0\.1:\d+\//.exec(output)?.[0], {
    timeoutMs: 30_000,
    last: () => output,
  });
  const { page, complaints } = await openPage(url);
  const answer = page.getByRole('status');
  const input = page.getByLabel('Picture');
  // Vite makes the page ready as it is asked for.
  await expect.poll(() => input.isEnabled(), { timeout: 30_000 }).toBe(true);
  for (const via of ['rest', 'ws', 'sse']) {
    await page.getByRole('combobox').selectOption(via);
    await input.setInputFiles(picture);
    await expect.poll(() => answer.textContent(), { timeout: 30_000 }).toMatch(/^person 0\.\d\d \[/m);
    await input.setInputFiles([]);
    await page.evaluate(() => document.querySelector('pre')!.replaceChildren());
  }
  expect(complaints).toEqual([]);
});
