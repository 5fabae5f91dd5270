import { LookoutClient, type PublishControl } from '@lookout/client';
import { WebSocket } from 'ws';
import { monotonicMs } from './figures.js';
import { stampJpeg } from './frame-stamp.js';
import { JpegLadder } from './jpeg-ladder.js';
import type { PublishersOptions, PublishersReport } from './publishers.js';

// A separate process: cameras that publish, with every frame stamped when it is made. Argument: `PublishersOptions` as JSON. Prints a
// report every second; ends when its input does.

const options = JSON.parse(process.argv[2] ?? '') as PublishersOptions;
const { baseUrl, tokens, fps, width, height, kind } = options;
const PICTURE_COUNT = 150;
const ladder = await JpegLadder.make(width, height, kind === 'plain' ? PICTURE_COUNT : 30, kind !== 'plain');

const counts = { made: 0, sent: 0, notSent: 0, bytes: 0, errors: 0 };
const controls: PublishersReport['controls'] = [];
const started = monotonicMs();

function noteControl({ fps: wantedFps, quality, width: wantedWidth, reason }: PublishControl): void {
  const entry = { atMs: monotonicMs(), fps: wantedFps, quality, reason, ...(wantedWidth && { width: wantedWidth }) };
  controls.push(entry);
  if (controls.length > 500) controls.shift();
}

interface Sender {
  /** The camera has a new picture. */
  capture(): void;
  stats(): Record<string, unknown>;
}

/** Follows only the wire contract: one frame in flight by `bufferedAmount`; obeys `control` if it adapts. */
async function openPlain(token: string): Promise<Sender> {
  const socket = new WebSocket(`${baseUrl.replace('http', 'ws')}/ws/camera/${token}`, { perMessageDeflate: false });
  let control: PublishControl = { fps, quality: 0.8, reason: '' };
  let sequence = 0;
  let dueMs = 0;
  socket.on('message', (data, binary) => {
    const message = binary ? {} : JSON.parse(String(data));
    if (message.type === 'control') {
      noteControl(message);
      if (kind === 'adapting') control = message;
    }
    if (message.type === 'error') counts.errors++;
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return {
    capture: () => {
      const atMs = monotonicMs();
      const periodMs = 1000 / Math.min(fps, control.fps);
      if (atMs < dueMs - periodMs / 4) return;
      dueMs = atMs - dueMs < periodMs ? dueMs + periodMs : atMs + periodMs;
      counts.made++;
      if (socket.readyState !== WebSocket.OPEN || socket.bufferedAmount > 0) {
        counts.notSent++;
        return;
      }
      const frame = ladder.frame(sequence, control.quality, control.width);
      const jpeg = stampJpeg(frame.jpeg, { sentMs: atMs, sequence });
      const metadata = { type: 'frame_metadata', timestamp: Date.now(), frameNumber: sequence++, format: 'jpeg' };
      socket.send(JSON.stringify({ ...metadata, width: frame.width, height: frame.height }));
      socket.send(jpeg, { binary: true, compress: false });
      counts.sent++;
      counts.bytes += jpeg.length;
    },
    stats: () => ({ control }),
  };
}

/** The SDK's own publisher, with the ladder in place of its encoder. */
async function openSdk(token: string): Promise<Sender> {
  const client = new LookoutClient({ baseUrl });
  let sequence = 0;
  let retry = false;
  const make = () => {
    const claim = publisher.claim();
    retry = claim === undefined;
    if (!claim) return;
    const frame = ladder.frame(sequence, claim.quality, claim.width);
    const jpeg = new Uint8Array(stampJpeg(frame.jpeg, { sentMs: monotonicMs(), sequence }));
    sequence++;
    if (claim.send(jpeg)) {
      counts.sent++;
      counts.bytes += jpeg.length;
    } else counts.notSent++;
  };
  // Captured when the link is ready: the current picture, like a camera's newest.
  const publisher = client.publish(token, { fps, onControl: noteControl, onReady: () => retry && make() });
  return {
    capture: () => {
      counts.made++;
      make();
    },
    stats: () => ({ ...publisher.stats() }),
  };
}

const senders = await Promise.all(tokens.map((token) => (kind === 'sdk' ? openSdk(token) : openPlain(token))));

// A schedule, not a pause between frames. Cameras are spread over the frame time, as real ones are.
let tick = 0;
function run(): void {
  tick++;
  senders.forEach((sender, index) => {
    setTimeout(() => sender.capture(), (index / senders.length) * (1000 / fps));
  });
  setTimeout(run, Math.max(0, started + (tick * 1000) / fps - monotonicMs()));
}
run();

setInterval(() => {
  const report: PublishersReport = { ...counts, controls, stats: senders[0]?.stats() ?? {} };
  console.log(JSON.stringify(report));
}, 1000);
process.stdin.resume();
process.stdin.once('end', () => process.exit(0));
