import { BitReader } from './bit-reader.js';
import { u16 } from './boxes.js';
import type { VideoConfig } from './video-track.js';

const SPS = 7;
const PPS = 8;
/** Profiles whose parameter sets state a chroma format (ITU-T H.264 §7.3.2.1.1). */
const HIGH_PROFILES = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];
/** Profiles whose record states it too (ISO/IEC 14496-15 §5.3.3.1.2). */
const PROFILES_WITH_EXTENSION = [100, 110, 122, 144];
const MACROBLOCK_PX = 16;
/** Four-byte lengths; reserved bits are ones. */
const LENGTH_SIZE = 0xff;
const RESERVED_3 = 0xe0;
const RESERVED_6 = 0xfc;
const RESERVED_5 = 0xf8;

/** Undefined if the parameter sets are not among `units`. @throws RangeError if they are malformed */
export function avcConfig(units: readonly Uint8Array[]): VideoConfig | undefined {
  const ofType = (type: number) => units.filter((unit) => (unit[0]! & 0x1f) === type);
  const spss = ofType(SPS);
  const ppss = ofType(PPS);
  const [sps] = spss;
  if (sps === undefined || ppss.length === 0) return undefined;
  const { width, height, chromaFormat, lumaDepth, chromaDepth } = readSps(sps);
  const [profile = 0, compatibility = 0, level = 0] = sps.subarray(1, 4);
  const sets = (list: Uint8Array[]) => list.flatMap((set) => [...u16(set.length), ...set]);
  const extension = PROFILES_WITH_EXTENSION.includes(profile)
    ? [RESERVED_6 | chromaFormat, RESERVED_5 | lumaDepth, RESERVED_5 | chromaDepth, 0]
    : [];
  const head = [1, profile, compatibility, level, LENGTH_SIZE];
  return {
    entry: 'avc1',
    codec: `avc1.${Buffer.of(profile, compatibility, level).toString('hex')}`,
    width,
    height,
    record: Uint8Array.from([
      ...head,
      RESERVED_3 | spss.length,
      ...sets(spss),
      ppss.length,
      ...sets(ppss),
      ...extension,
    ]),
  };
}

/** §7.3.2.1.1, up to the frame cropping. Depths are above 8 bits. */
function readSps(sps: Uint8Array) {
  const bits = new BitReader(sps, 1);
  const profile = bits.bits(8);
  bits.bits(16);
  bits.unsigned();
  const colour = HIGH_PROFILES.includes(profile)
    ? readColour(bits)
    : { chromaFormat: 1, lumaDepth: 0, chromaDepth: 0, separatePlanes: 0 };
  skipFrameNumbers(bits);
  bits.unsigned();
  bits.bit();
  const widthMacroblocks = bits.unsigned() + 1;
  const heightUnits = bits.unsigned() + 1;
  const framesOnly = bits.bit();
  if (framesOnly === 0) bits.bit();
  bits.bit();
  const [left, right, top, bottom] =
    bits.bit() === 1 ? [bits.unsigned(), bits.unsigned(), bits.unsigned(), bits.unsigned()] : [0, 0, 0, 0];
  // Cropping is in units of chroma samples, and of field lines.
  const chroma = colour.separatePlanes === 1 ? 0 : colour.chromaFormat;
  const cropX = chroma === 1 || chroma === 2 ? 2 : 1;
  const cropY = (chroma === 1 ? 2 : 1) * (2 - framesOnly);
  return {
    width: widthMacroblocks * MACROBLOCK_PX - cropX * (left + right),
    height: heightUnits * (2 - framesOnly) * MACROBLOCK_PX - cropY * (top + bottom),
    ...colour,
  };
}

function readColour(bits: BitReader) {
  const chromaFormat = bits.unsigned();
  const separatePlanes = chromaFormat === 3 ? bits.bit() : 0;
  const lumaDepth = bits.unsigned();
  const chromaDepth = bits.unsigned();
  bits.bit();
  if (bits.bit() === 1) {
    const lists = chromaFormat === 3 ? 12 : 8;
    for (let i = 0; i < lists; i++) if (bits.bit() === 1) skipScalingList(bits, i < 6 ? 16 : 64);
  }
  return { chromaFormat, separatePlanes, lumaDepth, chromaDepth };
}

/** §7.3.2.1.1.1 */
function skipScalingList(bits: BitReader, size: number): void {
  let last = 8;
  let next = 8;
  for (let i = 0; i < size; i++) {
    if (next !== 0) next = (last + bits.signed() + 256) % 256;
    if (next !== 0) last = next;
  }
}

function skipFrameNumbers(bits: BitReader): void {
  bits.unsigned();
  const orderCountType = bits.unsigned();
  if (orderCountType === 0) bits.unsigned();
  if (orderCountType !== 1) return;
  bits.bit();
  bits.signed();
  bits.signed();
  for (let cycle = bits.unsigned(); cycle > 0; cycle--) bits.signed();
}
