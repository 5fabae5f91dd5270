import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Camera } from '@lookout/protocol';
import { beforeAll, expect, it } from 'vitest';
import { keep } from '../src/support/keep.js';
import type { LookoutProcess } from '../src/support/lookout-process.js';
import { root } from '../src/support/paths.js';
import { scratchFolder } from '../src/support/scratch-folder.js';
import { startLookout } from '../src/support/start.js';
import { until } from '../src/support/until.js';

const CLIP_SECONDS = 60;
let lookout: LookoutProcess;

beforeAll(async () => {
  // GStreamer offers no loopback addresses.
  lookout = await startLookout({ host: '0.0.0.0' }, 'file');
});

function clip(): string {
  const path = join(scratchFolder(), 'clip.mp4');
  const input = ['-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=15', '-t', `${CLIP_SECONDS}`];
  const output = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p', '-g', '15'];
  execFileSync('ffmpeg', ['-v', 'error', ...input, ...output, path]);
  return path;
}

it.each<[string, string, (endpoint: string) => string[]]>([
  [
    'GStreamer’s webrtcbin, H.264',
    'h264',
    (endpoint) => ['/usr/bin/python3', join(root, 'e2e/peers/webrtcbin_whip.py'), endpoint, 'h264'],
  ],
  [
    'GStreamer’s webrtcbin, VP8',
    'vp8',
    (endpoint) => ['/usr/bin/python3', join(root, 'e2e/peers/webrtcbin_whip.py'), endpoint, 'vp8'],
  ],
  [
    'the whip muxer of FFmpeg 8',
    'h264',
    (endpoint) => [process.execPath, join(root, 'e2e/peers/ffmpeg_whip.mjs'), clip(), endpoint],
  ],
])('%s publishes by WHIP', async (_name, codec, commandFor) => {
  const { id, publish_token: key } = await lookout.callAsAdmin<Camera>('POST', '/api/cameras', { kind: 'push' });
  const [command = '', ...args] = commandFor(`http://127.0.0.1:${lookout.port}/whip/${key}`);
  const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'pipe'] });
  keep(child, (client) => client.kill('SIGKILL'));
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-4000)));
  const camera = () => lookout.callAsAdmin<Camera>('GET', `/api/cameras/${id}`);
  await until('it is live', async () => (await camera()).state === 'live', { timeoutMs: 30_000, last: () => errors });
  expect(await camera()).toMatchObject({ codec, width: 320, height: 240 });
});
