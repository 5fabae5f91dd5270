import { randomBytes } from 'node:crypto';
import { LookoutError } from '@lookout/protocol/core';
import { nowMs } from '../frame/clock.js';
import { type Depacketizer, type DepacketizerSink, parseRtpPacket } from './depacketizer.js';
import { JpegDepacketizer } from './jpeg-depacketizer.js';
import { h264Codec, hevcCodec } from './nal-codecs.js';
import { NalDepacketizer } from './nal-depacketizer.js';
import { PacketSequencer } from './packet-sequencer.js';
import { parseRtcp, ReceptionStatistics } from './rtcp.js';
import type { VideoTrack } from './session-description.js';

export interface MediaReceiverHandlers extends DepacketizerSink {
  onRtcp(packet: Uint8Array): void;
  /** A sender report arrived, with the RTP timestamp of the sender's current time. */
  onSenderReport(rtpTimestamp: number, arrivalMs: number): void;
  onFailure(error: LookoutError): void;
}

const REPORT_INTERVAL_MS = 5000; // minimum interval of RFC 3550 §6.2
// Reordering on a network spans a few packets and milliseconds; waiting longer costs more delay than the picture is worth.
const MAX_HELD_PACKETS = 16;
const MAX_HOLD_MS = 20;

/** For packets that have arrived and not been read. */
const STALL_GRACE_MS = 100;

/** Receives one track, whatever its transport: RTP in, access units out; receiver reports; stall detection. */
export class MediaReceiver {
  readonly #track: VideoTrack;
  readonly #handlers: MediaReceiverHandlers;
  readonly #sequencer: PacketSequencer;
  readonly #statistics: ReceptionStatistics;
  readonly #stallTimer: NodeJS.Timeout;
  #graceTimer: NodeJS.Timeout | undefined;
  readonly #reportTimer: NodeJS.Timeout;
  #holdTimer: NodeJS.Timeout | undefined;
  #closed = false;

  /**
   * @param ordered whether the transport keeps the order of packets (TCP).
   * @param stallMs no packet of the track for this long is a stall.
   */
  constructor(track: VideoTrack, ordered: boolean, stallMs: number, handlers: MediaReceiverHandlers) {
    this.#track = track;
    this.#handlers = handlers;
    this.#statistics = new ReceptionStatistics(track.clockRate, randomBytes(4).readUInt32BE());
    const depacketizer = createDepacketizer(track, handlers);
    this.#sequencer = new PacketSequencer(
      { maxHeldPackets: ordered ? 0 : MAX_HELD_PACKETS, maxHoldMs: MAX_HOLD_MS },
      {
        onPacket: (packet, arrivalMs) => depacketizer.push(packet, arrivalMs),
        onGap: (count) => depacketizer.gap(count),
      },
    );
    this.#stallTimer = setTimeout(() => {
      // After this thread was held up, timers fire before what waits in the sockets is read.
      this.#graceTimer = setTimeout(() => {
        handlers.onFailure(new LookoutError('camera_stalled', `The camera sent no video for ${stallMs / 1000} s`));
      }, STALL_GRACE_MS);
    }, stallMs);
    this.#reportTimer = setInterval(() => this.#report(), REPORT_INTERVAL_MS);
  }

  /** @throws LookoutError when the stream cannot be used any more. */
  onRtp(bytes: Uint8Array): void {
    if (this.#closed) return;
    const packet = parseRtpPacket(bytes);
    if (packet?.payloadType !== this.#track.payloadType) return;
    const arrivalMs = nowMs();
    this.#stallTimer.refresh();
    clearTimeout(this.#graceTimer);
    this.#statistics.onPacket(packet, arrivalMs);
    this.#sequencer.push(packet, arrivalMs);
    this.#armHoldTimer();
  }

  onRtcp(bytes: Uint8Array): void {
    if (this.#closed) return;
    const { senderReport, byes } = parseRtcp(bytes);
    if (senderReport !== undefined && senderReport.ssrc === this.#statistics.ssrc) {
      const arrivalMs = nowMs();
      this.#statistics.onSenderReport(senderReport, arrivalMs);
      this.#handlers.onSenderReport(senderReport.rtpTimestamp, arrivalMs);
    }
    if (byes.some((ssrc) => ssrc === this.#statistics.ssrc)) {
      this.#handlers.onFailure(new LookoutError('camera_closed', 'The camera ended the stream'));
    }
  }

  /** Sends the first report at once, not after the first interval. */
  start(): void {
    this.#report();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#stallTimer);
    clearTimeout(this.#graceTimer);
    clearInterval(this.#reportTimer);
    clearTimeout(this.#holdTimer);
  }

  #report(): void {
    this.#handlers.onRtcp(this.#statistics.report(nowMs()));
  }

  /** Sets a timer for when a held packet has waited long enough for a missing one. */
  #armHoldTimer(): void {
    const deadlineMs = this.#sequencer.deadlineMs;
    if (deadlineMs === undefined) {
      clearTimeout(this.#holdTimer);
      this.#holdTimer = undefined;
      return;
    }
    this.#holdTimer ??= setTimeout(() => this.#onHoldTimer(), Math.max(1, Math.ceil(deadlineMs - nowMs())));
  }

  #onHoldTimer(): void {
    this.#holdTimer = undefined;
    try {
      this.#sequencer.expire(nowMs());
      this.#armHoldTimer();
    } catch (error) {
      this.#handlers.onFailure(asLookoutError(error));
    }
  }
}

/** Wraps an error thrown while media was read, for the owner of the camera. */
export function asLookoutError(error: unknown): LookoutError {
  if (error instanceof LookoutError) return error;
  return new LookoutError('internal', 'Reading from the camera failed', { cause: error });
}

function createDepacketizer(track: VideoTrack, sink: DepacketizerSink): Depacketizer {
  switch (track.codec) {
    case 'h264':
      return new NalDepacketizer(h264Codec, track.parameterSets, sink);
    case 'hevc':
      return new NalDepacketizer(hevcCodec(track.usesDonl), track.parameterSets, sink);
    case 'mjpeg': {
      const { width, height } = track;
      return new JpegDepacketizer(width && height ? { width, height } : undefined, sink);
    }
  }
}
