import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { machineError, openFailure } from './machine-error.js';

describe('machineError', () => {
  it.each(['EMFILE', 'ENFILE'])('names %s, and what to do', (code) => {
    expect(machineError(code)).toMatchObject({ code: 'unavailable', message: expect.stringContaining(code) });
    expect(machineError(code)?.hint).toMatch(/limit|file-max/);
  });

  it('leaves what the camera did, and what is only ambiguous, alone', () => {
    expect(openFailure()).toBeUndefined();
    for (const code of [undefined, 'ECONNREFUSED', 'ENOTFOUND', 'ERR_WORKER_INIT_FAILED']) {
      expect(machineError(code), code).toBeUndefined();
    }
  });
});

/** Opens files until there are none left, then one camera of each kind. */
const PROGRAM = `
import { openSync } from 'node:fs';
import { createAttempt, parseSourceUrl } from ${JSON.stringify(new URL('../index.js', import.meta.url.replace('/src/', '/dist/')))};
const urls = JSON.parse(process.argv.at(-1));
// What is loaded or started on first use needs files itself.
await fetch('http://127.0.0.1:1').catch(() => {});
try {
  for (;;) openSync('/dev/null');
} catch {}
const results = [];
for (const url of urls) {
  const ignore = () => {};
  const events = { onFrame: ignore, onInfo: ignore, onInvalid: ignore, onBytes: ignore };
  const error = await createAttempt(parseSourceUrl(url), {}).run(events, new AbortController().signal).catch((error) => error);
  results.push([error?.code, error?.message]);
}
process.stdout.write(JSON.stringify(results), () => process.exit());
`;

it('is what every kind of camera says when the process has no file descriptor left', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const urls = [
    `http://127.0.0.1:${port}/`,
    'http://camera.example/',
    `rtsp://127.0.0.1:${port}/`,
    `rtmp://127.0.0.1:${port}/live/x`,
    '/srv/clip.mp4',
  ];
  const limited = `ulimit -n 256; exec "$0" --input-type=module -e "$1" -- "$2"`;
  const { stdout } = await promisify(execFile)('sh', ['-c', limited, process.execPath, PROGRAM, JSON.stringify(urls)], {
    timeout: 25_000,
  });
  server.close();
  const results = JSON.parse(stdout) as [string, string][];
  expect(results).toHaveLength(urls.length);
  for (const [code, message] of results)
    expect([code, message]).toEqual(['unavailable', expect.stringMatching(/EMFILE/)]);
});
