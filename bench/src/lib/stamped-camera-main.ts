import { existsSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { makeTestJpegs } from '@lookout/media/testing';
import { monotonicMs } from './figures.js';
import { stampJpeg } from './frame-stamp.js';
import { demoClip } from './paths.js';

// A separate process: MJPEG cameras whose every frame carries the time it was sent. A client whose socket is full misses frames, as with
// a real camera. Arguments: frames per second, width, height, FFmpeg's JPEG quality, address to listen on. Prints its port; ends when its
// input does.

// Uses a street clip if the setup has fetched one: then boxes are drawn and counted, as in reality.
const [fps = 30, width = 640, height = 480, quality = 5] = process.argv.slice(2, 6).map(Number);
const host = process.argv[6];
const jpegs = await makeTestJpegs({
  width,
  height,
  quality,
  count: 150,
  ...(existsSync(demoClip) && { clip: demoClip }),
});
const BOUNDARY = 'stamped';
const LINE_END = Buffer.from('\r\n');
const clients = new Set<{ response: ServerResponse; sequence: number }>();
const counts = { accepted: 0, sent: 0, skipped: 0 };

const server = createServer((request, response) => {
  if (request.url?.startsWith('/stats')) {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ ...counts, clients: clients.size }));
    return;
  }
  // Like most cameras: no chunks around the parts. One write per frame keeps the cost of measuring low.
  response.useChunkedEncodingByDefault = false;
  response.writeHead(200, { 'Content-Type': `multipart/x-mixed-replace; boundary=${BOUNDARY}` });
  response.socket?.setNoDelay(true);
  const client = { response, sequence: 0 };
  clients.add(client);
  counts.accepted++;
  response.once('close', () => clients.delete(client));
});

// A schedule, not a pause between frames: late ticks do not slow the camera down. Cameras are spread over the frame time, as real ones
// are.
const startMs = monotonicMs();
let tick = 0;
function run(): void {
  tick++;
  let index = 0;
  for (const client of clients) {
    const offsetMs = (index / Math.max(1, clients.size)) * (1000 / fps);
    index++;
    setTimeout(() => send(client), offsetMs);
  }
  setTimeout(run, Math.max(0, startMs + (tick * 1000) / fps - monotonicMs()));
}

function send(client: { response: ServerResponse; sequence: number }): void {
  const { response } = client;
  if (response.destroyed) return;
  if (response.writableLength > 0) {
    counts.skipped++;
    return;
  }
  const sequence = client.sequence++;
  const jpeg = stampJpeg(jpegs[sequence % jpegs.length] as Uint8Array, { sentMs: monotonicMs(), sequence });
  const head = `--${BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`;
  response.write(Buffer.concat([Buffer.from(head), jpeg, LINE_END]));
  counts.sent++;
}

server.listen(0, host, () => {
  console.log((server.address() as { port: number }).port);
  run();
});
process.stdin.resume();
process.stdin.once('end', () => process.exit(0));
