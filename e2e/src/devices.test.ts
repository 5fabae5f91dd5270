import { spawn } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { ApiKeyScope, Camera, CreatedApiKey } from '@lookout/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { keep } from './support/keep.js';
import type { LookoutProcess } from './support/lookout-process.js';
import { MediaMtx } from './support/mediamtx.js';
import { root } from './support/paths.js';
import { scratchFolder } from './support/scratch-folder.js';
import { startLookout } from './support/start.js';
import { until } from './support/until.js';

// The commands of the guide, as they stand there: only addresses, keys and cameras are those of the test.

const GUIDE = readFileSync(join(root, 'docs/guide/devices.md'), 'utf8');
let lookout: LookoutProcess;
let rtmpPort: number;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

beforeAll(async () => {
  rtmpPort = await freePort();
  lookout = await startLookout({ args: ['--sign-in', 'always', '--rtmp-port', `${rtmpPort}`] }, 'file');
});

/** The code blocks of a section. */
function blocks(heading: string, language: string): string[] {
  const section = GUIDE.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code]) => code ?? '');
}

const camera = (id: string) => lookout.callAsAdmin<Camera>('GET', `/api/cameras/${id}`);
const isLive = (id: string) =>
  until(`${id} is live`, async () => (await camera(id)).state === 'live', {
    timeoutMs: 30_000,
    last: () => camera(id),
  });

/** @param programs shell scripts by the name of the program that they stand in for */
function runInBackground(command: string, programs: Readonly<Record<string, string>> = {}): void {
  const folder = scratchFolder();
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
  // A group of its own, to end all of a pipeline; the trailing command keeps the shell, and so the group, until then.
  const child = spawn('sh', ['-c', `${command}\nread _`], { env, stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  keep(child, ({ pid }) => pid !== undefined && process.kill(-pid, 'SIGKILL'));
}

describe('encoders', () => {
  const picture = (size: string, fps: number) => `-re -f lavfi -i testsrc=size=${size}:rate=${fps}`;
  const rpicam = `exec ffmpeg -v error ${picture('1280x720', 15)} -c:v libx264 -preset ultrafast -tune zerolatency -g 15 -f h264 -`;
  const [pi = ''] = blocks('Raspberry Pi', 'sh');
  const [ffmpeg = '', gstreamer = ''] = blocks('A webcam', 'sh');

  it.each([
    ['a Raspberry Pi', pi, { width: 1280, height: 720 }],
    ['FFmpeg', ffmpeg.replace(/-f v4l2 .*-i \/dev\/video0/, picture('640x480', 30)), { width: 640, height: 480 }],
    ['GStreamer', gstreamer.replace('v4l2src device=/dev/video0', 'videotestsrc is-live=true'), { codec: 'h264' }],
  ])('publish from %s', async (_name, command, shown) => {
    expect(command).toContain('rtmp://HOST:1935/live/KEY');
    const { id, publish_token: key } = await lookout.callAsAdmin<Camera>('POST', '/api/cameras', { kind: 'push' });
    runInBackground(command.replace('HOST:1935', `127.0.0.1:${rtmpPort}`).replace('KEY', key ?? ''), {
      'rpicam-vid': rpicam,
    });
    await isLive(id);
    expect(await camera(id)).toMatchObject({ codec: 'h264', ...shown });
  });
});

describe('MediaMTX', () => {
  it('lets in who has a key, and adds what they publish as a camera', async () => {
    const [makeKeys = '', yaml = ''] = [...blocks('MediaMTX', 'sh'), ...blocks('MediaMTX', 'yaml')];
    const keys: Record<string, string> = {};
    for (const [, name = '', scope] of makeKeys.matchAll(/keys create (\w+) --scope (\w+)/g)) {
      const wanted = { name, scope: scope as ApiKeyScope };
      keys[name] = (await lookout.callAsAdmin<CreatedApiKey>('POST', '/api/keys', wanted)).key;
    }
    const { reader = '', studio = '', mediamtx = '' } = keys;
    const server = new MediaMtx(
      yaml.replaceAll('http://127.0.0.1:8080', lookout.url).replace('READER', reader).replace('HOOK', mediamtx),
    );
    const publish = { action: 'publish', path: 'cams/yard' } as const;
    expect(await server.admits(publish)).toBe(false);
    expect(await server.admits({ ...publish, password: reader })).toBe(false);
    expect(await server.admits({ ...publish, password: studio })).toBe(true);
    expect(await server.admits({ ...publish, token: studio })).toBe(true);
    expect(await server.admits({ action: 'read', path: 'cams/yard', password: reader })).toBe(true);
    const answer = await server.ready('cams/yard', reader);
    expect(JSON.parse(answer)).toMatchObject({ id: 'cams-yard', name: 'cams/yard' });
    expect(answer).not.toContain(reader);
    await isLive('cams-yard');
  });
});
