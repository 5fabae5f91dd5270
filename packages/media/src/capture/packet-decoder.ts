import { LookoutError } from '@lookout/protocol/core';
import type { EncodedPacket } from '../encoded/encoded-packet.js';
import type { VideoFrame } from '../frame/frame.js';
import {
  DEFAULT_DEMAND,
  type DecodeDevice,
  type EncodedReport,
  type SourceDemand,
  type StreamInfo,
} from '../source/source.js';
import { CaptureRun } from './capture-run.js';

/** What becomes of the packets; nothing after `close`. */
export interface PacketDecoderEvents {
  /** Numbers begin at 0. `timestampMs` and `mediaMs` are those of its packet. */
  onFrame(frame: VideoFrame): void;
  onInfo(info: StreamInfo): void;
  /** A packet could not be decoded; decoding continues at the next keyframe. */
  onInvalid(error: LookoutError): void;
  /** Once a second. */
  onEncoded(report: EncodedReport): void;
  /** It has ended by itself: the codec is not supported, or its thread crashed. Called last. */
  onFailed(error: LookoutError): void;
}

/** Decodes packets that arrive on the main thread, such as those of a publisher. */
export interface PacketDecoder {
  /** In decode order. Returns at once: what the decoder does not keep up with is skipped up to a keyframe. The data is copied. */
  put(packet: EncodedPacket): void;
  /** Packets are missing. */
  lost(): void;
  /** How many decoded frames are needed; default all. `packets` is of no effect. */
  demand(demand: SourceDemand): void;
  /** Resolves within 1 s. Idempotent. */
  close(): Promise<void>;
}

/** Starts a worker thread for one stream; its format may change with any keyframe. */
export function openPacketDecoder(events: PacketDecoderEvents, decode: DecodeDevice = 'software'): PacketDecoder {
  const abort = new AbortController();
  const run = new CaptureRun(
    { kind: 'packets', demand: DEFAULT_DEMAND, decode },
    {
      onFrame: (frame) => events.onFrame(frame as VideoFrame),
      onInfo: events.onInfo,
      onInvalid: events.onInvalid,
      onBytes: () => undefined,
      onEncoded: events.onEncoded,
    },
    abort.signal,
  );
  const done = run.done.catch((error: unknown) => {
    const known = error instanceof LookoutError ? error : new LookoutError('internal', String(error), { cause: error });
    if (!abort.signal.aborted) events.onFailed(known);
  });
  return {
    put: (packet) => run.give(packet),
    lost: () => run.lost(),
    demand: ({ framesFps }) => run.demand({ framesFps, packets: false }),
    close: () => {
      abort.abort();
      return done;
    },
  };
}
