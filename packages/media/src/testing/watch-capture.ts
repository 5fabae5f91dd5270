/** Helpers of capture tests: runs an attempt to its end, and starts real servers. */
import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { LookoutError } from '@lookout/protocol';
import { CaptureAttempt, type CaptureAttemptOptions } from '../capture/capture-attempt.js';
import type { VideoFrame } from '../frame/frame.js';
import type { StreamInfo } from '../source/source.js';

export interface Watched {
  frames: VideoFrame[];
  infos: StreamInfo[];
  invalid: LookoutError[];
  bytes: number;
  error: LookoutError | undefined;
}

/** Runs an attempt to its end. `onFrame` may abort it. */
export async function watch(
  options: Partial<CaptureAttemptOptions> & { url: string },
  onFrame: (frame: VideoFrame, abort: () => void) => void = () => {},
): Promise<Watched> {
  const controller = new AbortController();
  const seen: Watched = { frames: [], infos: [], invalid: [], bytes: 0, error: undefined };
  const run = new CaptureAttempt({ kind: 'demux', ...options }).run(
    {
      onFrame: (frame) => {
        seen.frames.push(frame as VideoFrame);
        onFrame(frame as VideoFrame, () => controller.abort());
      },
      onInfo: (info) => seen.infos.push(info),
      onInvalid: (error) => seen.invalid.push(error),
      onBytes: (count) => {
        seen.bytes += count;
      },
    },
    controller.signal,
  );
  await run.catch((error) => {
    seen.error = error;
  });
  return seen;
}

export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Passes its `host:port` to `use`, then closes it and its connections. */
export async function withServer(server: Server, use: (origin: string) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  const port = await listen(server);
  try {
    await use(`127.0.0.1:${port}`);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  }
}
