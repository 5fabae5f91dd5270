import { GrowingBuffer } from '../source/growing-buffer.js';
import { type Depacketizer, type DepacketizerSink, MAX_ACCESS_UNIT_BYTES, type RtpPacket } from './depacketizer.js';

/** Role of a NAL unit in its access unit. */
export type NalRole =
  /** Coded picture data. `first`: begins a picture; `intra`: refers to no other picture. */
  | { readonly kind: 'slice'; readonly first: boolean; readonly random: boolean; readonly intra: boolean }
  | { readonly kind: 'parameter-set'; readonly type: number }
  /** An SEI: decoding can begin here. */
  | { readonly kind: 'recovery-point' }
  /** Redundant in a complete access unit; left out, so that parameter sets can come first. */
  | { readonly kind: 'delimiter' }
  | { readonly kind: 'other' };

/** Receives the NAL units of a packet, whole or in fragments. */
export interface NalWriter {
  nal(bytes: Uint8Array): void;
  /** The first fragment of a NAL unit: its rebuilt header and first bytes. */
  startFragment(header: Uint8Array, bytes: Uint8Array): void;
  continueFragment(bytes: Uint8Array): void;
  malformed(reason: string): void;
}

/** The part of depacketisation that differs between H.264 and HEVC. */
export interface NalCodec {
  /** Types of parameter sets a decoder needs before a keyframe, in the order it needs them. */
  readonly parameterSetTypes: readonly number[];
  role(nal: Uint8Array): NalRole;
  unpack(payload: Uint8Array, writer: NalWriter): void;
}

const START_CODE = Uint8Array.of(0, 0, 0, 1);
/** Far more than any camera sends; bounds memory. */
const MAX_PARAMETER_SET_BYTES = 16_384;

/**
 * Joins the packets of an H.264 or HEVC track into Annex B access units.
 *
 * A unit ends with the packet that carries the RTP marker bit, and is delivered at once. For senders that set no marker, it ends when the
 * timestamp changes (one frame later, since there is no other sign). Senders that set it on every slice are recognised by a picture that
 * continues after it, and from then on their units also end by timestamp. After a loss, and at the start, everything up to the next
 * keyframe is dropped, because it could not be decoded without damage.
 */
export class NalDepacketizer implements Depacketizer {
  readonly #codec: NalCodec;
  readonly #sink: DepacketizerSink;
  readonly #unit = new GrowingBuffer(MAX_ACCESS_UNIT_BYTES);
  readonly #writer: NalWriter;
  /** The newest parameter sets by type, start codes included. */
  readonly #parameterSets = new Map<number, Uint8Array>();
  #markerUsable = true;
  #awaitKeyframe = true;
  #lastTimestamp: number | undefined;

  // State of the current unit.
  #open = false;
  #timestamp = 0;
  #arrivalMs = 0;
  #damage: string | undefined;
  #hasSlice = false;
  #random = false;
  #allIntra = true;
  #setTypes = new Set<number>();
  #nalStart = 0;
  #inFragment = false;

  /** @param parameterSets NAL units known from the session description. */
  constructor(codec: NalCodec, parameterSets: readonly Uint8Array[], sink: DepacketizerSink) {
    this.#codec = codec;
    this.#sink = sink;
    this.#writer = {
      nal: (bytes) => this.#startNal(bytes),
      startFragment: (header, bytes) => this.#startFragment(header, bytes),
      continueFragment: (bytes) => this.#continueFragment(bytes),
      malformed: (reason) => this.#spoil(reason),
    };
    for (const bytes of parameterSets) {
      const role = bytes.length > 1 ? codec.role(bytes) : undefined;
      if (role?.kind === 'parameter-set') this.#remember(role.type, withStartCode(bytes), true);
    }
  }

  push(packet: RtpPacket, arrivalMs: number): void {
    if (this.#open && packet.timestamp !== this.#timestamp) this.#finish();
    if (!this.#open) this.#begin(packet.timestamp, arrivalMs);
    if (packet.payload.length > 0) this.#codec.unpack(packet.payload, this.#writer);
    if (packet.marker && this.#markerUsable) this.#finish();
  }

  gap(count: number): void {
    if (this.#open) this.#damage ??= 'packets lost';
    this.#inFragment = false;
    this.#lastTimestamp = undefined;
    this.#awaitKeyframe = true;
    this.#sink.onLost(count > 0 ? `${count} packets lost` : 'the camera restarted its stream');
  }

  #begin(timestamp: number, arrivalMs: number): void {
    this.#open = true;
    this.#timestamp = timestamp;
    this.#arrivalMs = arrivalMs;
    this.#damage = undefined;
    this.#hasSlice = false;
    this.#random = false;
    this.#allIntra = true;
    this.#setTypes.clear();
    this.#inFragment = false;
    this.#unit.clear();
  }

  #startNal(bytes: Uint8Array): void {
    if (bytes.length < 2) {
      this.#spoil('empty NAL unit');
      return;
    }
    this.#inFragment = false;
    this.#nalStart = this.#unit.length;
    this.#unit.append(START_CODE);
    this.#unit.append(bytes);
    this.#account();
  }

  #startFragment(header: Uint8Array, bytes: Uint8Array): void {
    this.#nalStart = this.#unit.length;
    this.#unit.append(START_CODE);
    this.#unit.append(header);
    this.#unit.append(bytes);
    this.#inFragment = true;
    this.#account();
  }

  #continueFragment(bytes: Uint8Array): void {
    if (!this.#inFragment) {
      this.#spoil('fragment without a beginning');
      return;
    }
    this.#unit.append(bytes);
  }

  /** Records the role of the NAL unit that just began. */
  #account(): void {
    const nal = this.#unit.view(this.#nalStart + START_CODE.length);
    const role = this.#codec.role(nal);
    if (role.kind === 'slice') {
      if (!this.#hasSlice && !role.first) this.#continuesPicture();
      this.#hasSlice = true;
      this.#random ||= role.random;
      this.#allIntra &&= role.intra;
    } else if (role.kind === 'recovery-point') {
      this.#random = true;
    } else if (role.kind === 'delimiter') {
      this.#unit.truncate(this.#nalStart);
    } else if (role.kind === 'parameter-set') {
      this.#remember(role.type, this.#unit.view(this.#nalStart).slice(), !this.#setTypes.has(role.type));
      this.#setTypes.add(role.type);
    }
  }

  /** The unit's first slice is not the first of its picture. */
  #continuesPicture(): void {
    if (this.#lastTimestamp === this.#timestamp) this.#markerUsable = false;
    this.#spoil('beginning of a picture missing');
  }

  #remember(type: number, bytes: Uint8Array, replace: boolean): void {
    const known = replace ? undefined : this.#parameterSets.get(type);
    const joined = known ? Buffer.concat([known, bytes]) : bytes;
    if (joined.length <= MAX_PARAMETER_SET_BYTES) this.#parameterSets.set(type, joined);
  }

  #spoil(reason: string): void {
    this.#damage ??= reason;
  }

  #finish(): void {
    this.#open = false;
    this.#lastTimestamp = this.#timestamp;
    // Parameter sets sent as a unit of their own were stored, and precede the next keyframe.
    if (!this.#hasSlice) return;
    if (this.#damage !== undefined) {
      // Drops while waiting for a keyframe are not reported again.
      if (!this.#awaitKeyframe) this.#sink.onLost(`picture dropped: ${this.#damage}`);
      this.#awaitKeyframe = true;
      return;
    }
    const keyframe = this.#isKeyframe();
    if (this.#awaitKeyframe && !keyframe) return;
    this.#awaitKeyframe = false;
    const data = this.#unit.copy(keyframe ? this.#missingParameterSets() : []);
    this.#sink.onAccessUnit({ data, rtpTimestamp: this.#timestamp, arrivalMs: this.#arrivalMs, keyframe });
  }

  #isKeyframe(): boolean {
    // Some cameras begin groups with an intra picture that is not an IDR, after repeated parameter sets.
    const random = this.#random || (this.#allIntra && this.#setTypes.size > 0);
    return random && this.#codec.parameterSetTypes.every((type) => this.#parameterSets.has(type));
  }

  #missingParameterSets(): Uint8Array[] {
    return this.#codec.parameterSetTypes.flatMap((type) => {
      const bytes = this.#setTypes.has(type) ? undefined : this.#parameterSets.get(type);
      return bytes ? [bytes] : [];
    });
  }
}

/** NAL units as one Annex B byte string. */
export function toAnnexB(nals: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat(nals.flatMap((nal) => [START_CODE, nal])));
}

function withStartCode(nal: Uint8Array): Uint8Array {
  return toAnnexB([nal]);
}
