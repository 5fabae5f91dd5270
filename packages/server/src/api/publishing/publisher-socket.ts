import { performance } from 'node:perf_hooks';
import type { PublisherControl } from '@lookout/protocol';
import type { WebSocket } from 'ws';
import { PublisherAdapter } from '../../pipeline/adaptation/publisher-adapter.js';
import type { PublisherLoad } from '../../pipeline/adaptation/publisher-controller.js';
import { RoundTrips } from '../../pipeline/publishing/frame-clock.js';
import { PublisherSession, type PublisherSessionOptions } from '../../pipeline/publishing/publisher-session.js';
import type { PushSource } from '../../pipeline/publishing/push-source.js';

export type PublisherDemand = Pick<PublisherLoad, 'picturesFps' | 'analysesFps' | 'capacityFps'>;

export interface ServePublisherOptions extends Pick<PublisherSessionOptions, 'onError' | 'onStampReplaced' | 'now'> {
  /** What is wanted of the publisher at present, and what the server has time for. */
  demand(): PublisherDemand;
  /** How often the link is measured and the peer has to answer, ms. Default 1000. */
  pingEveryMs?: number;
  /** A peer that neither answers nor finishes a message for so long is gone, ms. Default 20 000. */
  silentAfterMs?: number;
}

/** Most bytes of one JPEG, and so of one message. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024;
/** Two messages and a ping per frame: room for frames at 1000 a second, which are dropped, before it counts as a flood. */
export const PUBLISHER_MESSAGES_PER_SECOND = 3000;

const CONTROL_EVERY_MS = 250;

/** What a peer that is told to go may take for it, ms. */
const GOODBYE_MS = 1000;

/**
 * `WS /ws/camera/:token`: pairs of metadata and JPEG to a camera's source, until either side ends it. A peer that vanished
 * without a word is found by its missing pongs.
 *
 * @returns takes nothing more from the peer from now on; the reason, in words, is the camera's. Closing the socket is the
 *   caller's.
 */
export function servePublisher(
  socket: WebSocket,
  source: PushSource,
  options: ServePublisherOptions,
): (reason: string) => void {
  const { demand, now, pingEveryMs = 1000, silentAfterMs = 20_000 } = options;
  const adapter = new PublisherAdapter();
  const roundTrips = new RoundTrips();
  let reason = '';
  const session = new PublisherSession({
    ...options,
    target: source,
    roundTrips: () => roundTrips.known(performance.now()),
    onArrival: ({ stampMs, ...arrival }) => {
      if (stampMs !== null) adapter.frame({ ...arrival, timestampMs: stampMs });
    },
    port: {
      send: (text) => socket.send(text),
      close: (code, text) => {
        reason = text;
        socket.close(code, text);
        const timer = setTimeout(() => socket.terminate(), GOODBYE_MS);
        socket.once('close', () => clearTimeout(timer));
      },
    },
  });

  let heardMs = performance.now();
  let pingSentMs: number | undefined;
  const ping = () => {
    const nowMs = performance.now();
    if (nowMs - heardMs > silentAfterMs) {
      reason = 'it fell silent';
      socket.terminate();
      return;
    }
    // One at a time: the answer to a ping that waits behind frames tells how long they wait.
    if (pingSentMs !== undefined) return;
    pingSentMs = nowMs;
    socket.ping();
  };
  const timer = setInterval(ping, pingEveryMs);
  socket.on('pong', () => {
    heardMs = performance.now();
    if (pingSentMs === undefined) return;
    const roundTripMs = heardMs - pingSentMs;
    pingSentMs = undefined;
    roundTrips.add(roundTripMs, heardMs);
  });
  socket.on('message', (data: Buffer, isBinary) => {
    heardMs = performance.now();
    if (isBinary) session.binary(data);
    else session.text(data);
  });
  const stepControl = () => {
    const waitedMs = pingSentMs === undefined ? 0 : performance.now() - pingSentMs;
    const control = adapter.step({ nowMs: now(), roundTripQueueMs: roundTrips.queueMs(waitedMs), ...demand() });
    if (control) socket.send(JSON.stringify({ type: 'control', ...control } satisfies PublisherControl));
  };
  const controlTimer = setInterval(stepControl, CONTROL_EVERY_MS);
  socket.on('error', ({ code }: NodeJS.ErrnoException) => {
    reason ||= code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' ? 'a message was too large' : 'the connection broke';
  });
  socket.once('close', () => {
    clearInterval(timer);
    clearInterval(controlTimer);
    source.detach(session, reason);
  });
  source.attach(session);
  stepControl();
  ping();
  return (why) => {
    session.stop();
    source.detach(session, why);
  };
}
