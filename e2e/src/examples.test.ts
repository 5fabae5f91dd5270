import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from './support/paths.js';
import { run } from './support/run.js';
import { scratchFolder } from './support/scratch-folder.js';
import { startLookout, streetJpegs } from './support/start.js';

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
