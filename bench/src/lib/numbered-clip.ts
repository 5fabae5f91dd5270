import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { demoClip } from './paths.js';

/**
 * Cells of the number, left to right: white, black, `bits` of the number (high first), `checkBits` of its checksum. In pixels of the
 * picture.
 */
export const NUMBER_CODE = { cell: 32, left: 16, top: 16, bits: 9, checkBits: 4 } as const;

/** A checksum that detects every shift and every single wrong cell. */
const checkOf = (number: number): number => (number * 7 + (number >> 4) * 3 + 5) & 15;

/**
 * Writes a Y4M clip of the demo clip in which every frame shows its own number as black and white cells.
 * @param path of the file
 */
export async function writeNumberedClip(
  path: string,
  { width, height, fps, frames }: { width: number; height: number; fps: number; frames: number },
): Promise<void> {
  const input = existsSync(demoClip)
    ? ['-i', demoClip]
    : ['-f', 'lavfi', '-i', `testsrc2=size=${width}x${height}:rate=${fps}`];
  const output = [
    '-vf',
    `scale=${width}:${height}`,
    '-frames:v',
    String(frames),
    '-pix_fmt',
    'yuv420p',
    '-f',
    'rawvideo',
    '-',
  ];
  const { stdout } = await promisify(execFile)('ffmpeg', ['-v', 'error', '-nostdin', ...input, ...output], {
    encoding: 'buffer',
    maxBuffer: 1_000_000_000,
  });
  const frameBytes = (width * height * 3) / 2;
  const file = await open(path, 'w');
  try {
    await file.write(`YUV4MPEG2 W${width} H${height} F${fps}:1 Ip A1:1 C420jpeg\n`);
    for (let number = 0; number * frameBytes < stdout.length; number++) {
      const frame = stdout.subarray(number * frameBytes, (number + 1) * frameBytes);
      drawNumber(frame, width, height, number);
      await file.write('FRAME\n');
      await file.write(frame);
    }
  } finally {
    await file.close();
  }
}

function drawNumber(frame: Uint8Array, width: number, height: number, number: number): void {
  const { cell, left, top, bits, checkBits } = NUMBER_CODE;
  const cells = [1, 0];
  for (let bit = bits - 1; bit >= 0; bit--) cells.push((number >> bit) & 1);
  for (let bit = checkBits - 1; bit >= 0; bit--) cells.push((checkOf(number) >> bit) & 1);
  cells.forEach((white, index) => {
    for (let y = top; y < top + cell; y++) {
      const x = left + index * cell;
      frame.fill(white ? 235 : 16, y * width + x, y * width + x + cell);
      const chroma = width * height + (y >> 1) * (width >> 1) + (x >> 1);
      frame.fill(128, chroma, chroma + (cell >> 1));
      frame.fill(128, chroma + (width * height) / 4, chroma + (width * height) / 4 + (cell >> 1));
    }
  });
}

/** The number that a picture of any size shows; −1 if it can't be read. */
export function readNumber(
  { luma, width, stride }: { luma: Uint8Array; width: number; stride: number },
  clipWidth: number,
): number {
  const { cell, left, top, bits, checkBits } = NUMBER_CODE;
  const scale = width / clipWidth;
  const read = (index: number) => {
    const x = Math.round((left + (index + 0.5) * cell) * scale);
    return (luma[Math.round((top + cell / 2) * scale) * stride + x] ?? 0) > 128 ? 1 : 0;
  };
  const numberOf = (from: number, count: number) => {
    let number = 0;
    for (let i = 0; i < count; i++) number = number * 2 + read(from + i);
    return number;
  };
  if (read(0) !== 1 || read(1) !== 0) return -1;
  const number = numberOf(2, bits);
  return numberOf(2 + bits, checkBits) === checkOf(number) ? number : -1;
}

/** For a page: defines `readNumber(element, width)`, the number that a video or canvas of that width shows; −1 if it can't be read. */
export const READ_NUMBER_SCRIPT = `
  const numberStrip = new OffscreenCanvas(640, 64).getContext('2d', { willReadFrequently: true });
  function readNumber(element, width) {
    const { cell, left, top, bits, checkBits } = ${JSON.stringify(NUMBER_CODE)};
    const scale = width / 640;
    numberStrip.drawImage(element, 0, 0, 640 * scale, 64 * scale, 0, 0, 640, 64);
    const { data } = numberStrip.getImageData(0, 0, 640, 64);
    const read = (index) => {
      let sum = 0;
      for (let y = top + 12; y < top + 20; y++) {
        for (let x = left + index * cell + 12; x < left + index * cell + 20; x++) sum += data[(y * 640 + x) * 4 + 1];
      }
      return sum / 64 > 128 ? 1 : 0;
    };
    if (read(0) !== 1 || read(1) !== 0) return -1;
    let number = 0;
    for (let i = 0; i < bits; i++) number = number * 2 + read(2 + i);
    let check = 0;
    for (let i = 0; i < checkBits; i++) check = check * 2 + read(2 + bits + i);
    return check === ((number * 7 + (number >> 4) * 3 + 5) & 15) ? number : -1;
  }
`;
