import { type EncodedFormat, type EncodedPacket, GROUP_LIMITS } from '@lookout/media';
import { z } from 'zod';
import type { ClockShift } from './clock-shift.js';
import { packParts, partsOf } from './message-parts.js';

/** Largest packet that a node takes from another, bytes: one that the owner's queue can hold, and its header with parameter sets. */
export const MAX_PACKET_BYTES = GROUP_LIMITS.maxBytes + 256 * 1024;

/** What a node says to the owner: it has taken a packet. */
export const PacketRequest = z.strictObject({ type: z.literal('taken') });
export type PacketRequest = z.infer<typeof PacketRequest>;

/** Before the data in each message. Times by the clock of the node that sends it. */
interface Header extends Omit<EncodedPacket, 'data' | 'format'> {
  sentMs: number;
  /** Absent: as before. */
  format?: Omit<EncodedFormat, 'extradata'> & { extradata?: string };
}

/** @param before the format that was sent last */
export function packPacket(
  { data, format, ...times }: EncodedPacket,
  before: EncodedFormat | undefined,
  sentMs: number,
): Buffer {
  const header: Header = { sentMs, ...times };
  if (format !== before) {
    const { extradata, ...rest } = format;
    header.format = { ...rest, ...(extradata && { extradata: Buffer.from(extradata).toString('base64') }) };
  }
  return packParts(header, data);
}

/** Reads the messages of one connection, in order. */
export class PacketReader {
  readonly #clock: ClockShift;
  readonly #now: () => number;
  /** Of the first message: what the media time line is moved by, so that packets stay evenly spaced. */
  #firstShiftMs: number | undefined;
  #format: EncodedFormat | undefined;

  /** @param clock of the node that sends them @param now see `nowMs` */
  constructor(clock: ClockShift, now: () => number) {
    this.#clock = clock;
    this.#now = now;
  }

  /** @returns it by the clock of this node, in memory of its own @throws whatever JSON does; Error for one without a format */
  read(message: Buffer): EncodedPacket {
    const nowMs = this.#now();
    const { header, bytes } = partsOf<Header>(message);
    const { sentMs, keyframe, ptsMs, dtsMs, timestampMs, format } = header;
    const shiftMs = this.#clock.measured(nowMs - sentMs, nowMs);
    this.#firstShiftMs ??= shiftMs;
    if (format) this.#format = formatOf(format);
    if (this.#format === undefined) throw new Error('A packet came before its format');
    return {
      // What is kept must not hold the socket's larger buffers.
      data: new Uint8Array(bytes),
      format: this.#format,
      keyframe,
      ptsMs: ptsMs + this.#firstShiftMs,
      dtsMs: dtsMs + this.#firstShiftMs,
      timestampMs: Math.min(timestampMs + shiftMs, nowMs),
    };
  }
}

function formatOf({ extradata, ...rest }: NonNullable<Header['format']>): EncodedFormat {
  return { ...rest, ...(extradata !== undefined && { extradata: new Uint8Array(Buffer.from(extradata, 'base64')) }) };
}
