import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { packetizeH264 } from '@lookout/media';
import { monotonicMs } from './figures.js';

// A separate process: an RTSP server whose every client is a camera of its own, which sends the same pre-encoded H.264 over and over. Nothing is
// encoded here, so many cameras cost little. Arguments: a raw H.264 file with access unit delimiters, frames per second. Prints its
// port; ends when its input does.

const [path = '', rate = '25'] = process.argv.slice(2);
const fps = Number(rate);
const CLOCK_HZ = 90_000;
const NTP_EPOCH_S = 2_208_988_800;
const REPORT_EVERY_FRAMES = 5 * fps;
const MAX_UNSENT_BYTES = 4_000_000;
const SDP = [
  ...['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=camera', 't=0 0', 'a=control:*', 'm=video 0 RTP/AVP 96'],
  ...['a=rtpmap:96 H264/90000', 'a=fmtp:96 packetization-mode=1', `a=framerate:${fps}`, 'a=control:video', ''],
].join('\r\n');
const pictures = readPictures(path);

/** RTP payloads of each picture. */
function readPictures(file: string): Uint8Array[][] {
  const data = readFileSync(file);
  const delimiter = Buffer.of(0, 0, 0, 1, 9);
  const starts: number[] = [];
  for (let at = data.indexOf(delimiter); at >= 0; at = data.indexOf(delimiter, at + 1)) starts.push(at);
  const format = { codec: 'h264', framing: 'annexb', fps } as const;
  return starts.map((start, i) => {
    const bytes = new Uint8Array(data.subarray(start, starts[i + 1]));
    return packetizeH264({ data: bytes, format, keyframe: false, ptsMs: 0, dtsMs: 0, timestampMs: 0 });
  });
}

class Camera {
  readonly #socket: Socket;
  readonly #ssrc = Math.floor(Math.random() * 2 ** 32);
  #timer: NodeJS.Timeout | undefined;
  #sequence = 0;
  #frame = 0;
  #startMs = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => clearTimeout(this.#timer));
    let text = '';
    socket.on('data', (chunk) => {
      // Receiver reports come between requests, whose beginning is found again.
      text += chunk.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        this.#answer(text.slice(0, end));
        text = text.slice(end + 4);
      }
      if (text.length > 65_536) text = '';
    });
  }

  #answer(request: string): void {
    const method = /([A-Z_]+) \S+ RTSP\/1\.0/.exec(request)?.[1];
    const sequence = /^CSeq: *(\d+)/im.exec(request)?.[1];
    const headers: Record<string, string> = {
      OPTIONS: 'Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN\r\n',
      DESCRIBE: `Content-Type: application/sdp\r\nContent-Length: ${SDP.length}\r\n`,
      SETUP: 'Session: 1;timeout=60\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n',
    };
    const body = method === 'DESCRIBE' ? SDP : '';
    const session = method === 'PLAY' ? 'Session: 1\r\n' : (headers[method ?? ''] ?? '');
    this.#socket.write(`RTSP/1.0 200 OK\r\nCSeq: ${sequence}\r\n${session}\r\n${body}`);
    if (method === 'PLAY') this.#play();
  }

  #play(): void {
    // Cameras do not all send at the same moment.
    this.#startMs = monotonicMs() + (Math.random() * 1000) / fps;
    this.#next();
  }

  /** A schedule, not a pause between frames: late ticks do not slow the camera down. */
  #next(): void {
    const dueMs = this.#startMs + (this.#frame * 1000) / fps;
    this.#timer = setTimeout(
      () => {
        if (this.#socket.writableLength < MAX_UNSENT_BYTES) this.#send();
        this.#frame++;
        this.#next();
      },
      Math.max(0, dueMs - monotonicMs()),
    );
  }

  #send(): void {
    const timestamp = Math.round((this.#frame * CLOCK_HZ) / fps) % 2 ** 32;
    const payloads = pictures[this.#frame % pictures.length]!;
    const parts = payloads.flatMap((payload, i) => {
      const head = Buffer.alloc(16);
      head.set([0x24, 0, 0, 0, 0x80, (i === payloads.length - 1 ? 0x80 : 0) | 96]);
      head.writeUInt16BE(12 + payload.length, 2);
      head.writeUInt16BE(this.#sequence++ & 0xffff, 6);
      head.writeUInt32BE(timestamp, 8);
      head.writeUInt32BE(this.#ssrc, 12);
      return [head, payload];
    });
    this.#socket.write(Buffer.concat(parts));
    if (this.#frame % REPORT_EVERY_FRAMES === 0) this.#report(timestamp);
  }

  /** A sender report: this timestamp is now. */
  #report(timestamp: number): void {
    const report = Buffer.alloc(4 + 28);
    report.set([0x24, 1, 0, 28, 0x80, 200, 0, 6]);
    report.writeUInt32BE(this.#ssrc, 8);
    report.writeUInt32BE((Math.floor(Date.now() / 1000) + NTP_EPOCH_S) % 2 ** 32, 12);
    report.writeUInt32BE(timestamp, 20);
    this.#socket.write(report);
  }
}

const server = createServer((socket) => new Camera(socket));
server.listen(0, '127.0.0.1', () => {
  console.log((server.address() as { port: number }).port);
});
process.stdin.resume();
process.stdin.once('end', () => process.exit(0));
