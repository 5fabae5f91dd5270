import { get } from 'node:http';
import { median, monotonicMs, percentile, sleep } from '../lib/figures.js';
import { numberOptions, report } from '../lib/options.js';
import { startServer } from '../lib/server-process.js';
import { startStampedCameras } from '../lib/stamped-cameras.js';

/** `/video_feed` of a running camera: time to the first byte and to the first whole frame, over many starts. */
export async function run(args: string[]): Promise<void> {
  const { starts, runs } = numberOptions(args, { starts: 40, runs: 3 });
  const results: Awaited<ReturnType<typeof once>>[] = [];
  for (let i = 0; i < runs; i++) results.push(await once(starts));
  const middle = (key: keyof (typeof results)[number]) => median(results.map((result) => result[key]));
  const ok = report(`/video_feed of a running camera: median of ${runs} runs of ${starts} starts`, [
    { name: 'first byte p50', value: middle('byte'), unit: 'ms', atMost: 5 },
    { name: 'first byte p95', value: middle('byte95'), unit: 'ms' },
    { name: 'first whole frame p50', value: middle('frame'), unit: 'ms', atMost: 20 },
    { name: 'first whole frame p95', value: middle('frame95'), unit: 'ms' },
    { name: 'first whole frame of a server’s very first start', value: middle('firstStart'), unit: 'ms' },
  ]);
  if (!ok) process.exitCode = 1;
}

async function once(starts: number) {
  const cameras = await startStampedCameras();
  const server = await startServer(cameras.cameras(1));
  try {
    await sleep(3000);
    const times: Array<{ byte: number; frame: number }> = [];
    for (let i = 0; i < starts; i++) {
      times.push(await firstFrame(`${server.url}/video_feed`));
      // Out of step with the camera.
      await sleep(150 + ((i * 37) % 90));
    }
    const bytes = times.map(({ byte }) => byte);
    const frames = times.map(({ frame }) => frame);
    return {
      byte: percentile(bytes, 0.5),
      byte95: percentile(bytes, 0.95),
      frame: percentile(frames, 0.5),
      frame95: percentile(frames, 0.95),
      firstStart: frames[0]!,
    };
  } finally {
    await server.stop();
    await cameras.stop();
  }
}

/** From the request to the first body byte, and to the last byte of the first JPEG. */
function firstFrame(url: string): Promise<{ byte: number; frame: number }> {
  const startMs = monotonicMs();
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, (response) => {
      let byte = 0;
      let body = Buffer.alloc(0);
      response.on('error', () => undefined);
      response.on('data', (chunk: Buffer) => {
        byte ||= monotonicMs() - startMs;
        body = Buffer.concat([body, chunk]);
        const head = /Content-Length: (\d+)\r\n[\s\S]*?\r\n\r\n/.exec(body.toString('latin1'));
        if (!head || body.length < head.index + head[0].length + Number(head[1])) return;
        resolve({ byte, frame: monotonicMs() - startMs });
        request.destroy();
      });
    });
    request.on('error', reject);
  });
}
