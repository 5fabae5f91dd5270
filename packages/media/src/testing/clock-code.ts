/** Cells of the code, side by side across the picture: 32 bits of time, 8 of checksum. */
const CELLS = 40;
const TIME_BITS = 32;
/** The part of the picture's height, from the top, that the code fills. */
const ROWS_PART = 1 / 12;
/** Time is in tenths of a millisecond, modulo 2^32 (about five days). */
const TICKS_PER_MS = 10;
const RANGE = 2 ** TIME_BITS;
const MIDDLE_GREY = 128;
/** The ends of video's brightness range. */
const WHITE = 235;
const BLACK = 16;

/**
 * Reads the time at which a picture of the test RTSP server was made, at any scale of the picture.
 * @param pixels brightness (or any one colour) of 0..255 every `step` numbers, row by row, `stride` apart.
 * @param aroundMs a time within two days of it, Unix epoch ms, such as now.
 * @returns Unix epoch ms, to 0.1 ms; `undefined` when the picture has no readable code.
 */
export function readClockCode(
  pixels: ArrayLike<number>,
  size: { width: number; height: number; stride?: number; step?: number },
  aroundMs: number,
): number | undefined {
  const { width, height, step = 1 } = size;
  const stride = size.stride ?? width * step;
  const row = Math.floor((height * ROWS_PART) / 2);
  let time = 0;
  let check = 0;
  for (let cell = 0; cell < CELLS; cell += 1) {
    const column = Math.floor(((cell + 0.5) * width) / CELLS);
    const bit = (pixels[row * stride + column * step] ?? 0) > MIDDLE_GREY ? 1 : 0;
    if (cell < TIME_BITS) time = time * 2 + bit;
    else check = check * 2 + bit;
  }
  if (check !== checksumOf(time)) return undefined;
  const around = Math.floor(aroundMs * TICKS_PER_MS);
  // The multiple of the range that brings it nearest to `around`.
  const turns = Math.round((around - time) / RANGE);
  return (time + turns * RANGE) / TICKS_PER_MS;
}

/**
 * Writes the code that `readClockCode` reads into the top rows of a picture's brightness plane (0..255, row by row).
 * @param timeMs Unix epoch ms
 */
export function writeClockCode(
  luma: Uint8Array,
  { width, height }: { width: number; height: number },
  timeMs: number,
): void {
  const time = Math.floor(timeMs * TICKS_PER_MS) % RANGE;
  const check = checksumOf(time);
  const rows = Math.floor(height * ROWS_PART);
  for (let cell = 0; cell < CELLS; cell += 1) {
    const bit = cell < TIME_BITS ? (time >>> (TIME_BITS - 1 - cell)) & 1 : (check >>> (CELLS - 1 - cell)) & 1;
    const from = Math.floor((cell * width) / CELLS);
    const to = Math.floor(((cell + 1) * width) / CELLS);
    for (let y = 0; y < rows; y += 1) luma.fill(bit ? WHITE : BLACK, y * width + from, y * width + to);
  }
}

const checksumOf = (time: number): number => ((time >>> 24) ^ (time >>> 16) ^ (time >>> 8) ^ time ^ 0x5a) & 0xff;
