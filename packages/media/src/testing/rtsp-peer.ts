/** Helpers for RtspClient tests: scripted peers over real sockets, for behavior that no real server shows (hostile, broken, odd). */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { LookoutError } from '@lookout/protocol/core';
import { RtspClient, type RtspClientOptions } from '../rtsp/rtsp-client.js';
import { SELF_SIGNED } from './self-signed.js';

export interface Request {
  readonly text: string;
  readonly method: string;
  readonly url: string;
  readonly cseq: string;
}
export type Respond = (request: Request, socket: Socket) => void;

export const SDP =
  'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=x\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track\r\n';
export const SPS = [0x67, 1, 2, 3];
export const PPS = [0x68, 4, 5];
export const IDR = [0x65, 0x88, 9, 9];
export const SLICE = [0x41, 0x9a, 7, 7];

export const closers: (() => void)[] = [];

/** Closes what a test started. */
export function closeAll(): void {
  for (const close of closers.splice(0)) close();
}

export async function bindUdp(address: string, port: number) {
  const socket = createSocket('udp4').bind(port, address);
  closers.push(() => socket.close());
  await once(socket, 'listening');
  return socket;
}

export async function listen(onSocket: (socket: Socket) => void, tls = false): Promise<number> {
  const accept = (socket: Socket) => {
    socket.on('error', () => {});
    closers.push(() => socket.destroy());
    onSocket(socket);
  };
  const server: Server = tls ? createTlsServer(SELF_SIGNED, accept) : createServer(accept);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A peer that hands each whole request to `respond`; `seen` collects them. */
export async function peer(respond: Respond, seen: Request[] = [], tls = false): Promise<number> {
  return listen((socket) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, end);
        text = text.slice(end + 4);
        const start = Math.max(0, head.search(/[A-Z_]+ \S+ RTSP\/1\.0|RTSP\/1\.0 \d/));
        const [method = '', url = ''] = head.slice(start).split(' ');
        const request = { text: head.slice(start), method, url, cseq: /CSeq: (\d+)/.exec(head)?.[1] ?? '' };
        seen.push(request);
        if (!method.startsWith('RTSP/')) respond(request, socket);
      }
    });
  }, tls);
}

export const reply = (socket: Socket, cseq: string, status: string, headers: string[] = [], body = '') => {
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  socket.write([`RTSP/1.0 ${status}`, `CSeq: ${cseq}`, ...headers, ...length, '', body].join('\r\n'));
};

/** What a plain camera answers; `onPlay` then streams. */
export function camera(onPlay: (socket: Socket) => void = () => {}, session = 'abc'): Respond {
  return ({ method, cseq }, socket) => {
    if (method === 'OPTIONS') reply(socket, cseq, '200 OK', ['Public: DESCRIBE, SETUP, PLAY, GET_PARAMETER']);
    else if (method === 'DESCRIBE') reply(socket, cseq, '200 OK', ['Content-Type: application/sdp'], SDP);
    else if (method === 'SETUP') {
      reply(socket, cseq, '200 OK', [`Session: ${session}`, 'Transport: RTP/AVP/TCP;unicast;interleaved=2-3']);
    } else reply(socket, cseq, '200 OK');
    if (method === 'PLAY') onPlay(socket);
  };
}

export function rtp(sequenceNumber: number, timestamp: number, payload: number[], marker = true): Buffer {
  const head = Buffer.alloc(16);
  head.set([0x24, 2, 0, 12 + payload.length, 0x80, (marker ? 0x80 : 0) | 96]);
  head.writeUInt16BE(sequenceNumber, 6);
  head.writeUInt32BE(timestamp, 8);
  return Buffer.concat([head, Buffer.from(payload)]);
}

export const keyframe = (sequenceNumber: number, timestamp: number) =>
  Buffer.concat([
    rtp(sequenceNumber, timestamp, SPS, false),
    rtp(sequenceNumber + 1, timestamp, PPS, false),
    rtp(sequenceNumber + 2, timestamp, IDR),
  ]);

export function start(url: string, options: RtspClientOptions = {}) {
  const abort = new AbortController();
  const lost: string[] = [];
  let onUnit: (count: number) => void = () => {};
  let units = 0;
  const handlers = {
    onTrack: () => {},
    onAccessUnit: () => onUnit(++units),
    onSenderReport: () => {},
    onBytes: () => {},
    onLost: (reason: string) => lost.push(reason),
  };
  const done = new RtspClient(url, options).run(handlers, abort.signal).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof LookoutError) return error;
      throw error;
    },
  );
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      onUnit = (now) => now >= count && resolve();
    });
  return { abort, done, lost, until };
}

export const codeOf = async (port: number, options: RtspClientOptions = {}) =>
  (await start(`rtsp://user:secret@127.0.0.1:${port}/x`, options).done)?.code;
