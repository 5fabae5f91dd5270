import { nowMs, RtspClient } from '@lookout/media';
import { readClockCode, startRtspServer } from '@lookout/media/testing';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { decodeLuma } from '../lib/decode-luma.js';
import { percentile } from '../lib/figures.js';
import { numberOptions, report } from '../lib/options.js';
import { FfmpegDemuxer } from './ffmpeg-demuxer.js';

/** One access unit and the time it was available. */
export interface Arrival {
  readonly data: Uint8Array;
  readonly arrivedMs: number;
}

const RATES = [30, 10];
/** The first pictures show the start-up, not the steady state. */
const WARM_UP = 10;

/**
 * RTSP, H.264 VGA over TCP: from the picture's own clock to the access unit in JavaScript, by our client and by FFmpeg's demuxer with its
 * low-delay options. Both read the same server at the same time, so they get the same pictures, which are decoded afterwards only to read
 * the clocks. Fails when ours holds a picture back.
 */
export async function run(args: string[]): Promise<void> {
  const { seconds } = numberOptions(args, { seconds: 10 });
  // Before the first keyframe FFmpeg complains about every picture.
  Log.setLevel(AV_LOG_QUIET);
  let holds = true;
  for (const fps of RATES) holds = (await measureRate(fps, Math.ceil(seconds * fps))) && holds;
  if (!holds) throw new Error('A figure missed its bar');
}

async function measureRate(fps: number, count: number): Promise<boolean> {
  const server = await startRtspServer({ fps, width: 640, height: 480 });
  try {
    const [ours, ffmpeg] = await Promise.all([readOurs(server.url, count), readFfmpeg(server.url, count)]);
    const ourDelays = await delays(ours);
    const ffmpegDelays = await delays(ffmpeg);
    // Pairs of the same picture: the difference between the clients, without the noise that both share.
    const differences = [...ffmpegDelays].flatMap(([captured, delay]) => {
      const our = ourDelays.get(captured);
      return our === undefined ? [] : [delay - our];
    });
    const our = [...ourDelays.values()];
    const theirs = [...ffmpegDelays.values()];
    const frameMs = 1000 / fps;
    return report(
      `rtsp-delay, ${fps} fps, ${our.length} and ${theirs.length} pictures, ${differences.length} the same`,
      [
        { name: 'ours: capture to access unit, p50', value: percentile(our, 0.5), unit: 'ms' },
        { name: 'ours: p95', value: percentile(our, 0.95), unit: 'ms' },
        { name: 'FFmpeg demuxer, low-delay: p50', value: percentile(theirs, 0.5), unit: 'ms' },
        { name: 'FFmpeg demuxer, low-delay: p95', value: percentile(theirs, 0.95), unit: 'ms' },
        { name: 'ratio of the medians', value: percentile(our, 0.5) / percentile(theirs, 0.5) },
        // Zero if a frame were held back.
        {
          name: 'FFmpeg − ours, same picture, p50',
          value: percentile(differences, 0.5),
          unit: 'ms',
          atLeast: 0.7 * frameMs,
        },
        { name: 'pictures compared', value: differences.length, atLeast: count / 2 },
      ],
    );
  } finally {
    await server.stop();
  }
}

async function readOurs(url: string, count: number): Promise<Arrival[]> {
  const arrivals: Arrival[] = [];
  const stop = new AbortController();
  const client = new RtspClient(url, { transport: 'tcp' });
  const onAccessUnit = ({ data }: { data: Uint8Array }) => {
    arrivals.push({ data, arrivedMs: nowMs() });
    if (arrivals.length >= count) stop.abort();
  };
  await client.run(
    { onTrack: () => {}, onAccessUnit, onSenderReport: () => {}, onBytes: () => {}, onLost: () => {} },
    stop.signal,
  );
  return arrivals;
}

async function readFfmpeg(url: string, count: number): Promise<Arrival[]> {
  const demuxer = await FfmpegDemuxer.open(url);
  try {
    const arrivals: Arrival[] = [];
    while (arrivals.length < count) arrivals.push({ data: await demuxer.read(), arrivedMs: nowMs() });
    return arrivals;
  } finally {
    await demuxer.close();
  }
}

/** Delay by capture time, ms; pictures without a readable clock are left out. */
async function delays(arrivals: readonly Arrival[]): Promise<Map<number, number>> {
  const pictures = await decodeLuma(arrivals.map(({ data }) => data));
  const byCapture = new Map<number, number>();
  pictures.forEach((picture, index) => {
    const arrivedMs = arrivals[index]?.arrivedMs ?? 0;
    const captured = picture && readClockCode(picture.luma, picture, arrivedMs);
    if (captured !== undefined && index >= WARM_UP) byCapture.set(captured, arrivedMs - captured);
  });
  return byCapture;
}
