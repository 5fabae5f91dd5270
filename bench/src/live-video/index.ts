import { nowMs } from '@lookout/media';
import { PictureCodec } from '@lookout/media/codec';
import { readClockCode, startRtspServer } from '@lookout/media/testing';
import { WebSocket } from 'ws';
import { publishClock } from '../lib/clock-publisher.js';
import { medians, percentile, sleep } from '../lib/figures.js';
import { type Bar, numberOptions, report } from '../lib/options.js';
import { type BenchServer, freePort, startServer } from '../lib/server-process.js';

const SIZE = { width: 640, height: 480 };
const WHOLE_PICTURE = { ...SIZE, x: 0, y: 0, contentWidth: SIZE.width, contentHeight: SIZE.height, fill: 0 };
const KEY = 'lp_benchpublishtoken0123456789';
/** A camera that is analysed within this time is in order, ms. */
const FIRST_FRAME_MS = 15_000;
/** Before the measurement: the model is warm, the rates have settled, ms. */
const WARM_UP_MS = 4000;

interface Figures {
  fps: number;
  infer: number;
  p50: number;
  p95: number;
  /** From the first picture (RTMP: handed to the encoder; RTSP: asked for) to the first analysed one at the viewer, ms. */
  start: number;
  unreadable: number;
}

type Options = { seconds: number; fps: number; inferenceSize: number };

/**
 * Cameras with a video codec, H.264 640×480, every frame analysed: from the clock in the picture to the picture with its detections at a
 * viewer. Includes the camera's own encoder and network: a GStreamer RTSP server that is pulled, and ffmpeg that publishes by RTMP.
 */
export async function run(args: string[]): Promise<void> {
  const { seconds, runs, fps, size } = numberOptions(args, { seconds: 12, runs: 3, fps: 25, size: 416 });
  const options: Options = { seconds, fps, inferenceSize: size };
  const rtsp: Figures[] = [];
  const rtmp: Figures[] = [];
  // In turn: a slow spell of the machine meets both.
  for (let i = 0; i < runs; i++) {
    rtsp.push(await pullRtsp(options));
    rtmp.push(await publishRtmp(options));
  }
  const how = `640×480 at ${fps} fps, size ${size}: median of ${runs} runs of ${seconds} s`;
  const bars = (figures: Figures, p50: number, p95?: number, start?: number): Bar[] => [
    { name: 'frames at the viewer', value: figures.fps, unit: 'fps' },
    { name: 'inference p50', value: figures.infer, unit: 'ms' },
    { name: 'age p50', value: figures.p50, unit: 'ms', atMost: p50 },
    { name: 'age p50, without the inference', value: figures.p50 - figures.infer, unit: 'ms' },
    { name: 'age p95', value: figures.p95, unit: 'ms', ...(p95 && { atMost: p95 }) },
    { name: 'to the first analysed frame', value: figures.start, unit: 'ms', ...(start && { atMost: start }) },
    { name: 'pictures without a readable clock', value: figures.unreadable },
  ];
  const pulled = report(`RTSP camera, ${how}`, bars(medians(rtsp), 60));
  const published = report(`RTMP by ffmpeg, ${how}`, bars(medians(rtmp), 120, 200, 1000));
  if (!pulled || !published) process.exitCode = 1;
}

async function pullRtsp({ seconds, fps, inferenceSize }: Options): Promise<Figures> {
  const camera = await startRtspServer({ ...SIZE, fps });
  try {
    const detect = { inference_size: inferenceSize, fps: 60 };
    const server = await startServer([]);
    try {
      await server.send('POST', '/api/cameras', { id: 'cam1', kind: 'pull', url: camera.url, detect });
      return await view(server, seconds, nowMs());
    } finally {
      await server.stop();
    }
  } finally {
    await camera.stop();
  }
}

async function publishRtmp({ seconds, fps, inferenceSize }: Options): Promise<Figures> {
  const rtmpPort = await freePort();
  const detect = { inference_size: inferenceSize, fps: 60 };
  const cameras = [{ id: 'cam1', kind: 'push' as const, publish_token: KEY, detect }];
  const server = await startServer(cameras, { server: { rtmp_port: rtmpPort } });
  try {
    const publisher = publishClock(`rtmp://127.0.0.1:${rtmpPort}/live/${KEY}`, { ...SIZE, fps });
    try {
      return await view(server, seconds, publisher.startedMs);
    } finally {
      await publisher.stop();
    }
  } finally {
    await server.stop();
  }
}

/** Watches the camera and reads the clock in each picture. */
async function view(server: BenchServer, seconds: number, startedMs: number): Promise<Figures> {
  using codec = new PictureCodec();
  const socket = new WebSocket(`${server.wsUrl}/ws/view/cam1?mode=overlay`, { perMessageDeflate: false });
  let ages: number[] = [];
  let inferences: number[] = [];
  let unreadable = 0;
  let firstMs: number | undefined;
  socket.on('message', (data: Buffer, binary: boolean) => {
    if (!binary) {
      const message = JSON.parse(String(data));
      if (message.type === 'frame_metadata') inferences.push(message.stages_ms.infer);
      return;
    }
    const atMs = nowMs();
    firstMs ??= atMs;
    using picture = codec.decodeJpeg(data);
    const capturedMs = readClockCode(picture.toRgb(WHOLE_PICTURE), { ...SIZE, step: 3 }, atMs);
    if (capturedMs === undefined) unreadable++;
    else ages.push(atMs - capturedMs);
  });
  try {
    for (const fromMs = nowMs(); firstMs === undefined; await sleep(20)) {
      if (nowMs() - fromMs > FIRST_FRAME_MS) throw new Error(`No picture came within ${FIRST_FRAME_MS} ms`);
    }
    await sleep(WARM_UP_MS);
    ages = [];
    inferences = [];
    unreadable = 0;
    await sleep(seconds * 1000);
    return {
      fps: (ages.length + unreadable) / seconds,
      infer: percentile(inferences, 0.5),
      p50: percentile(ages, 0.5),
      p95: percentile(ages, 0.95),
      start: firstMs - startedMs,
      unreadable,
    };
  } finally {
    socket.terminate();
  }
}
