import { nowMs } from '@lookout/media';
import { PictureCodec } from '@lookout/media/codec';
import { readClockCode, startRtspServer } from '@lookout/media/testing';
import { WebSocket } from 'ws';
import { median, percentile, sleep } from '../lib/figures.js';
import { numberOptions, report } from '../lib/options.js';
import { startServer } from '../lib/server-process.js';

const WIDTH = 640;
const HEIGHT = 480;
const WHOLE_PICTURE = { width: WIDTH, height: HEIGHT, x: 0, y: 0, contentWidth: WIDTH, contentHeight: HEIGHT, fill: 0 };

/**
 * An RTSP camera (a real server, H.264, 640×480), every frame analysed: from the clock in the picture to the picture with its detections at
 * a viewer. Includes the camera's own encoder and network.
 */
export async function run(args: string[]): Promise<void> {
  const { seconds, runs, fps, size } = numberOptions(args, { seconds: 12, runs: 3, fps: 30, size: 416 });
  const results: Awaited<ReturnType<typeof once>>[] = [];
  for (let i = 0; i < runs; i++) results.push(await once(seconds, fps, size));
  const middle = (key: keyof (typeof results)[number]) => median(results.map((result) => result[key]));
  const ok = report(`RTSP camera, 640×480 at ${fps} fps, size ${size}: median of ${runs} runs of ${seconds} s`, [
    { name: 'frames at the viewer', value: middle('fps'), unit: 'fps' },
    { name: 'inference p50', value: middle('infer'), unit: 'ms' },
    { name: 'age p50', value: middle('p50'), unit: 'ms', atMost: middle('infer') + 15 },
    { name: 'age p50, without the inference', value: middle('p50') - middle('infer'), unit: 'ms' },
    { name: 'age p95', value: middle('p95'), unit: 'ms' },
    { name: 'pictures without a readable clock', value: middle('unreadable') },
  ]);
  if (!ok) process.exitCode = 1;
}

async function once(seconds: number, fps: number, size: number) {
  const camera = await startRtspServer({ width: WIDTH, height: HEIGHT, fps });
  const server = await startServer([{ id: 'cam1', url: camera.url, detect: { inference_size: size, fps: 60 } }]);
  using codec = new PictureCodec();
  const ages: number[] = [];
  const inferences: number[] = [];
  let unreadable = 0;
  try {
    const socket = new WebSocket(`${server.wsUrl}/ws/view/cam1?mode=overlay`, { perMessageDeflate: false });
    await sleep(4000);
    socket.on('message', (data: Buffer, binary: boolean) => {
      if (!binary) {
        const message = JSON.parse(String(data));
        if (message.type === 'frame_metadata') inferences.push(message.stages_ms.infer);
        return;
      }
      const atMs = nowMs();
      using picture = codec.decodeJpeg(data);
      const capturedMs = readClockCode(picture.toRgb(WHOLE_PICTURE), { width: WIDTH, height: HEIGHT, step: 3 }, atMs);
      if (capturedMs === undefined) unreadable++;
      else ages.push(atMs - capturedMs);
    });
    await sleep(seconds * 1000);
    socket.terminate();
    return {
      fps: (ages.length + unreadable) / seconds,
      infer: median(inferences),
      p50: percentile(ages, 0.5),
      p95: percentile(ages, 0.95),
      unreadable,
    };
  } finally {
    await server.stop();
    await camera.stop();
  }
}
