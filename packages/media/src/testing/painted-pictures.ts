/** Pictures for the tests of this package, made with the encoder itself or bit by bit. Not part of its API. */
import {
  AV_CODEC_FLAG_QSCALE,
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUVJ444P,
  AVCOL_RANGE_JPEG,
  type AVPixelFormat,
  allocated,
  Codec,
  CodecContext,
  check,
  FF_ENCODER_MJPEG,
  FF_QP2LAMBDA,
  Frame,
  Packet,
  Rational,
  setOptions,
} from '../codec/native.js';

export const PIXEL_FORMATS = {
  '4:2:0': AV_PIX_FMT_YUVJ420P,
  '4:2:2': AV_PIX_FMT_YUVJ422P,
  '4:4:4': AV_PIX_FMT_YUVJ444P,
} as const;

type Yuv = readonly [y: number, u: number, v: number];

/** A frame painted pixel by pixel (chroma takes the colour of the top-left pixel it covers). */
export function paintFrame(
  width: number,
  height: number,
  format: AVPixelFormat,
  colorAt: (x: number, y: number) => Yuv,
): Frame {
  const frame = allocated(new Frame());
  frame.width = width;
  frame.height = height;
  frame.format = format;
  frame.colorRange = AVCOL_RANGE_JPEG;
  check(frame.getBuffer(), 'reserve a picture');
  frame.data!.forEach((plane, index) => {
    const stride = frame.linesize[index]!;
    const rows = plane.length / stride;
    const stepY = Math.round(height / rows);
    const stepX = index > 0 && (format === AV_PIX_FMT_YUVJ420P || format === AV_PIX_FMT_YUVJ422P) ? 2 : 1;
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x * stepX < width; x++) plane[y * stride + x] = colorAt(x * stepX, y * stepY)[index]!;
    }
  });
  return frame;
}

/** A JPEG of a painted picture, nearly lossless, with the standard Huffman tables. */
export function paintJpeg(
  width: number,
  height: number,
  colorAt: (x: number, y: number) => Yuv,
  sampling: keyof typeof PIXEL_FORMATS = '4:2:0',
): Uint8Array {
  const codec = Codec.findEncoderByName(FF_ENCODER_MJPEG)!;
  const encoder = new CodecContext();
  const packet = allocated(new Packet());
  const frame = paintFrame(width, height, PIXEL_FORMATS[sampling], colorAt);
  encoder.allocContext3(codec);
  encoder.width = width;
  encoder.height = height;
  encoder.pixelFormat = PIXEL_FORMATS[sampling];
  encoder.colorRange = AVCOL_RANGE_JPEG;
  encoder.timeBase = new Rational(1, 1);
  encoder.qMin = 1;
  encoder.threadCount = 1;
  encoder.setFlags(AV_CODEC_FLAG_QSCALE);
  setOptions(encoder, { huffman: 'default' });
  frame.quality = FF_QP2LAMBDA;
  try {
    check(encoder.open2Sync(codec), 'open the test encoder');
    check(encoder.sendFrameSync(frame), 'encode a test picture');
    check(encoder.receivePacketSync(packet), 'encode a test picture');
    return Uint8Array.from(packet.data!);
  } finally {
    encoder.freeContext();
    frame.free();
    packet.free();
  }
}

/**
 * An 8×8 JPEG of one colour, written bit by bit: `128 + level` per component, levels 64..127. Baseline, or progressive with only its DC
 * scan.
 */
export function flatJpeg(levels: readonly number[], { progressive = false, adobeTransform = -1 } = {}): Uint8Array {
  const count = levels.length;
  const quantization = [0xff, 0xdb, 0, 67, 0, ...new Array(64).fill(8)]; // DC step 8: one level is one grey value
  const components = levels.flatMap((_, i) => [i + 1, 0x11, 0]);
  const frame = [0xff, progressive ? 0xc2 : 0xc0, 0, 8 + 3 * count, 8, 0, 8, 0, 8, count, ...components];
  // One code of one bit in each table: DC category 7, and end of block.
  const table = (id: number, symbol: number) => [0xff, 0xc4, 0, 20, id, 1, ...new Array(15).fill(0), symbol];
  const selectors = levels.flatMap((_, i) => [i + 1, 0]);
  const scan = [0xff, 0xda, 0, 6 + 2 * count, count, ...selectors, 0, progressive ? 0 : 63, 0];
  const bits = levels.map((level) => `0${level.toString(2).padStart(7, '0')}${progressive ? '' : '0'}`).join('');
  const data = (bits.padEnd(Math.ceil(bits.length / 8) * 8, '1').match(/.{8}/g) ?? []).map((byte) =>
    Number.parseInt(byte, 2),
  );
  const adobe =
    adobeTransform < 0 ? [] : [0xff, 0xee, 0, 14, ...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, adobeTransform];
  const tables = [...quantization, ...frame, ...table(0x00, 7), ...table(0x10, 0)];
  return Uint8Array.from([0xff, 0xd8, ...adobe, ...tables, ...scan, ...data, 0xff, 0xd9]);
}

/** The same JPEG without its Huffman tables, as USB cameras send it. */
export function withoutHuffmanTables(jpeg: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = [jpeg.subarray(0, 2)];
  let offset = 2;
  while (jpeg[offset + 1] !== 0xda) {
    const end = offset + 2 + ((jpeg[offset + 2]! << 8) | jpeg[offset + 3]!);
    if (jpeg[offset + 1] !== 0xc4) kept.push(jpeg.subarray(offset, end));
    offset = end;
  }
  return Buffer.concat([...kept, jpeg.subarray(offset)]);
}
