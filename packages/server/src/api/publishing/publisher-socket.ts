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
  /** Current demand for frames and available capacity. */
  demand(): PublisherDemand;
  /** Interval of pings and link measurements, ms. Default 1000. */
  pingEveryMs?: number;
  /** A peer that neither answers nor finishes a message for this long is gone, ms. Default 20 000. */
  silentAfterMs?: number;
}

/** Maximum bytes of one JPEG, and so of one message. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024;
/** Two messages and a ping per frame: allows 1000 frames per second, which are mostly dropped, before it counts as a flood. */
export const PUBLISHER_MESSAGES_PER_SECOND = 3000;

const CONTROL_EVERY_MS = 250;

/** How long a peer may take to close after it was asked to, ms. */
const GOODBYE_MS = 1000;

/**
 * `WS /ws/camera/:token`: passes pairs of metadata and JPEG to a camera's source until either side ends. A peer that vanished is
 * detected by missing pongs.
 * | @returns a function that stops accepting frames, with the reason for the camera's state; the caller closes the socket
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
      reason = 'it stopped responding';
      socket.terminate();
      return;
    }
    // One ping at a time: its round trip shows how long frames queue on the link.
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
