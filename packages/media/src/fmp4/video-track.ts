import type { Rotation } from '../encoded/encoded-packet.js';

/** What a player must know of a video track before its first sample. */
export interface VideoConfig {
  /** Type of the sample entry. */
  readonly entry: SampleEntry;
  /** As in RFC 6381, e.g. `avc1.640029`. */
  readonly codec: string;
  /** Of the picture that is shown, pixels. */
  readonly width: number;
  readonly height: number;
  /** Contents of the `avcC` or `hvcC` box. */
  readonly record: Uint8Array;
  /** How to turn the picture for display, degrees clockwise. Absent: not at all. */
  readonly rotation?: Rotation | undefined;
}

export type SampleEntry = 'avc1' | 'hvc1';
