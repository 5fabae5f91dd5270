/** The headers RTP leaves out of a JPEG (RFC 2435 §3.1, §4.2 and appendix B). Tables are those of ITU-T T.81 annex K. */

export interface JpegShape {
  readonly width: number;
  readonly height: number;
  /** 0: 4:2:2, 1: 4:2:0. */
  readonly sampling: number;
  /** Macroblocks between restart markers, 0 for none. */
  readonly restartInterval: number;
  /** One or two tables, 64 bytes each (128 where `precision` has its bit), zigzag order. */
  readonly quantization: readonly Uint8Array[];
}

// K.1 and K.2, in zigzag order.
const LUMA_QUANTIZATION = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61,
  60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121,
  112, 100, 120, 92, 101, 103, 99,
];
const CHROMA_QUANTIZATION = [
  17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99,
];

// K.3 to K.6: how many codes of each length, then the symbols.
const DC_SYMBOLS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const LUMA_DC_COUNTS = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const CHROMA_DC_COUNTS = [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0];
const LUMA_AC_COUNTS = [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125];
const CHROMA_AC_COUNTS = [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119];
const LUMA_AC_SYMBOLS = Buffer.from(
  '01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a43444546' +
    '4748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7' +
    'b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa',
  'hex',
);
const CHROMA_AC_SYMBOLS = Buffer.from(
  '000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445' +
    '464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5' +
    'b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa',
  'hex',
);

/** The two tables of a quality factor 1..99 (RFC 2435 appendix A, the scale of libjpeg). */
export function quantizationTables(quality: number): Uint8Array[] {
  const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  const scaled = (base: readonly number[]) =>
    Uint8Array.from(base, (value) => Math.min(255, Math.max(1, Math.floor((value * scale + 50) / 100))));
  return [scaled(LUMA_QUANTIZATION), scaled(CHROMA_QUANTIZATION)];
}

/** Everything of a baseline JPEG from its start up to the entropy-coded data. */
export function jpegHeaders(shape: JpegShape): Uint8Array {
  const { quantization } = shape;
  const chromaTable = quantization.length > 1 ? 1 : 0;
  const bytes = [0xff, 0xd8];
  quantization.forEach((table, index) => {
    // The high nibble says whether values take one byte or two.
    segment(bytes, 0xdb, [((table.length > 64 ? 1 : 0) << 4) | index, ...table]);
  });
  if (shape.restartInterval > 0) segment(bytes, 0xdd, word(shape.restartInterval));
  const lumaSampling = shape.sampling === 0 ? 0x21 : 0x22;
  segment(bytes, 0xc0, [
    ...[8, ...word(shape.height), ...word(shape.width), 3],
    ...[1, lumaSampling, 0],
    ...[2, 0x11, chromaTable],
    ...[3, 0x11, chromaTable],
  ]);
  segment(bytes, 0xc4, [0x00, ...LUMA_DC_COUNTS, ...DC_SYMBOLS]);
  segment(bytes, 0xc4, [0x10, ...LUMA_AC_COUNTS, ...LUMA_AC_SYMBOLS]);
  segment(bytes, 0xc4, [0x01, ...CHROMA_DC_COUNTS, ...DC_SYMBOLS]);
  segment(bytes, 0xc4, [0x11, ...CHROMA_AC_COUNTS, ...CHROMA_AC_SYMBOLS]);
  segment(bytes, 0xda, [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]);
  return Uint8Array.from(bytes);
}

function segment(bytes: number[], marker: number, content: readonly number[]): void {
  bytes.push(0xff, marker, ...word(content.length + 2), ...content);
}

function word(value: number): [number, number] {
  return [(value >> 8) & 0xff, value & 0xff];
}
