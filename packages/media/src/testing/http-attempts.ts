/** Helpers for HttpAttempt tests: cameras, raw HTTP servers, and one attempt run to its end. */
import { once } from 'node:events';
import net from 'node:net';
import { LookoutError } from '@lookout/protocol/core';
import type { Frame } from '../frame/frame.js';
import { HttpAttempt, type HttpAttemptOptions } from '../mjpeg/http-attempt.js';
import type { StreamInfo } from '../source/source.js';
import { Esp32Camera, type Esp32CameraOptions, type Esp32Faults } from './esp32-camera.js';
import { syntheticJpeg } from './synthetic-jpeg.js';

export const JPEGS = [1, 2, 3, 4].map((seed) => syntheticJpeg({ seed, bytes: 3000 + 500 * seed }));
export const closers: (() => Promise<unknown>)[] = [];

/** Closes what a test started. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0)) await close();
}

export async function startCamera(
  faults: Esp32Faults = {},
  options: Partial<Esp32CameraOptions> = {},
): Promise<Esp32Camera> {
  const camera = await Esp32Camera.start({ jpegs: JPEGS, fps: 100, faults, ...options });
  closers.push(() => camera.close());
  return camera;
}

/** A server that answers each connection's first bytes with `bytes`, and then closes it, or not. */
export async function startRaw(bytes: string | Buffer, end = true): Promise<string> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('data', () => (end ? socket.end(bytes) : socket.write(bytes)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as net.AddressInfo).port}/`;
}

export interface Outcome {
  frames: Frame[];
  infos: StreamInfo[];
  invalid: LookoutError[];
  bytes: number;
  /** `undefined` when it was stopped after the frames it should read. */
  error: LookoutError | undefined;
}

/** Runs one attempt until it fails or has given `count` frames. */
export async function read(url: string, count = Number.POSITIVE_INFINITY, options: Partial<HttpAttemptOptions> = {}) {
  const stop = new AbortController();
  const outcome: Outcome = { frames: [], infos: [], invalid: [], bytes: 0, error: undefined };
  try {
    await new HttpAttempt({ url, ...options }).run(
      {
        onFrame: (frame) => {
          outcome.frames.push(frame);
          if (outcome.frames.length >= count) stop.abort();
        },
        onInfo: (info) => outcome.infos.push(info),
        onInvalid: (error) => outcome.invalid.push(error),
        onBytes: (bytes) => {
          outcome.bytes += bytes;
        },
      },
      stop.signal,
    );
  } catch (error) {
    if (!(error instanceof LookoutError)) throw error;
    outcome.error = error;
  }
  return outcome;
}

export function same(frame: Frame | undefined, jpegs: readonly Uint8Array[] = JPEGS): boolean {
  return frame?.kind === 'jpeg' && jpegs.some((jpeg) => Buffer.compare(jpeg, frame.jpeg) === 0);
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
