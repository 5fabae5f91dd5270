import { BitReader } from './bit-reader.js';
import { u16 } from './boxes.js';
import type { VideoConfig } from './video-track.js';

/** Parameter sets: of the video, the sequence, the picture. */
const SETS = [32, 33, 34] as const;
const SPS = 33;
const NAL_HEADER_BYTES = 2;
/** Profile, tier and level in the record are those of the sequence parameter set, byte for byte. */
const PROFILE_BYTES = 12;

/** Undefined if the parameter sets are not among `units`. @throws RangeError if they are malformed */
export function hevcConfig(units: readonly Uint8Array[]): VideoConfig | undefined {
  const ofType = (type: number) => units.filter((unit) => ((unit[0]! >> 1) & 0x3f) === type);
  const [sps] = ofType(SPS);
  const sets = SETS.map((type) => ({ type, units: ofType(type) }));
  if (sps === undefined || sets.some((set) => set.units.length === 0)) return undefined;
  const { profile, chromaFormat, lumaDepth, chromaDepth, layers, nested, width, height } = readSps(sps);
  const arrays = sets.flatMap(({ type, units: listed }) => [
    // All of this type are here, none in the samples.
    0x80 | type,
    ...u16(listed.length),
    ...listed.flatMap((set) => [...u16(set.length), ...set]),
  ]);
  // ISO/IEC 14496-15 §8.3.3.1; reserved bits are ones, what is unknown is 0, lengths have four bytes.
  const record = [
    ...[1, ...profile, 0xf0, 0, 0xfc, 0xfc | chromaFormat, 0xf8 | lumaDepth, 0xf8 | chromaDepth, 0, 0],
    ...[(layers << 3) | (nested << 2) | 3, sets.length, ...arrays],
  ];
  return { entry: 'hvc1', codec: codecString(profile), width, height, record: Uint8Array.from(record) };
}

/** ITU-T H.265 §7.3.2.2.1, up to the bit depths. Those are above 8 bits. */
function readSps(sps: Uint8Array) {
  const bits = new BitReader(sps, NAL_HEADER_BYTES);
  bits.bits(4);
  const layers = bits.bits(3) + 1;
  const nested = bits.bit();
  const profile = Array.from({ length: PROFILE_BYTES }, () => bits.bits(8));
  skipSubLayers(bits, layers - 1);
  bits.unsigned();
  const chromaFormat = bits.unsigned();
  const separatePlanes = chromaFormat === 3 ? bits.bit() : 0;
  const codedWidth = bits.unsigned();
  const codedHeight = bits.unsigned();
  const [left, right, top, bottom] =
    bits.bit() === 1 ? [bits.unsigned(), bits.unsigned(), bits.unsigned(), bits.unsigned()] : [0, 0, 0, 0];
  const chroma = separatePlanes === 1 ? 0 : chromaFormat;
  const width = codedWidth - (chroma === 1 || chroma === 2 ? 2 : 1) * (left + right);
  const height = codedHeight - (chroma === 1 ? 2 : 1) * (top + bottom);
  return {
    ...{ profile, layers, nested, width, height, chromaFormat },
    lumaDepth: bits.unsigned(),
    chromaDepth: bits.unsigned(),
  };
}

/** §7.3.3 */
function skipSubLayers(bits: BitReader, count: number): void {
  if (count === 0) return;
  const present = Array.from({ length: 8 }, () => [bits.bit(), bits.bit()] as const);
  for (const [hasProfile, hasLevel] of present.slice(0, count)) {
    if (hasProfile === 1) for (let i = 0; i < 11; i++) bits.bits(8);
    if (hasLevel === 1) bits.bits(8);
  }
}

/** ISO/IEC 14496-15 §E.3, e.g. `hvc1.1.6.L93.B0`. */
function codecString(profile: readonly number[]): string {
  const [head = 0, ...rest] = profile;
  const space = ['', 'A', 'B', 'C'][head >> 6];
  // Written with the lowest bit first.
  const compatibility = rest
    .slice(0, 4)
    .flatMap((byte) => Array.from({ length: 8 }, (_, i) => (byte >> (7 - i)) & 1))
    .reduce((sum, bit, i) => sum + bit * 2 ** i, 0);
  const constraints = rest.slice(4, 10);
  while (constraints.length > 0 && constraints.at(-1) === 0) constraints.pop();
  const tier = (head & 0x20) === 0 ? 'L' : 'H';
  const parts = [`${space}${head & 0x1f}`, compatibility.toString(16), `${tier}${rest[10]}`];
  return ['hvc1', ...parts, ...constraints.map((byte) => byte.toString(16).toUpperCase())].join('.');
}
