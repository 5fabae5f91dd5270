/**
 * COCO run lengths of a binary mask: alternating runs of 0 and 1, starting with 0, down the columns from the left; in the compressed text
 * form of `cocoapi/common/maskApi.c` (rleToString): differences from the run two before, five bits per character, offset by `0`.
 */

/** Compressed run lengths, input of `decodeRle`. */
export interface RunLengths {
  /** Height and width, pixels. */
  readonly size: readonly [height: number, width: number];
  readonly counts: string;
}

/** @param mask one byte per pixel, rows from the top; non-zero is inside */
export function encodeRle(mask: Uint8Array, width: number, height: number): { size: [number, number]; counts: string } {
  const runs: number[] = [];
  let inside = false;
  let run = 0;
  for (let x = 0; x < width; x++) {
    for (let at = x; at < mask.length; at += width) {
      if ((mask[at] !== 0) !== inside) {
        runs.push(run);
        run = 0;
        inside = !inside;
      }
      run++;
    }
  }
  runs.push(run);
  return { size: [height, width], counts: runs.map((one, i) => toText(i > 2 ? one - runs[i - 2]! : one)).join('') };
}

/**
 * @returns one byte per pixel, rows from the top: 1 inside, 0 outside
 * @throws RangeError if the runs do not fill the size exactly
 */
export function decodeRle({ size: [height, width], counts }: RunLengths): Uint8Array {
  const mask = new Uint8Array(width * height);
  const runs: number[] = [];
  let at = 0;
  for (let i = 0; i < counts.length; ) {
    let run = 0;
    let shift = 0;
    let digit: number;
    do {
      digit = counts.charCodeAt(i++) - 48;
      if (!(digit >= 0 && digit < 64) || shift > 25) throw new RangeError('Expected run lengths in COCO format');
      run |= (digit & 31) << shift;
      shift += 5;
    } while (digit & 32);
    if (digit & 16) run |= -1 << shift;
    if (runs.length > 2) run += runs[runs.length - 2]!;
    if (run < 0 || at + run > mask.length) throw new RangeError('Expected run lengths that fill the mask exactly');
    if (runs.length % 2 === 1) fillColumns(mask, at, run, width, height);
    at += run;
    runs.push(run);
  }
  if (at !== mask.length) throw new RangeError('Expected run lengths that fill the mask exactly');
  return mask;
}

function fillColumns(mask: Uint8Array, from: number, count: number, width: number, height: number): void {
  for (let i = from; i < from + count; i++) mask[(i % height) * width + Math.floor(i / height)] = 1;
}

function toText(number: number): string {
  let text = '';
  let rest = number;
  for (;;) {
    const digit = rest & 31;
    rest >>= 5;
    const done = digit & 16 ? rest === -1 : rest === 0;
    text += String.fromCharCode((done ? digit : digit | 32) + 48);
    if (done) return text;
  }
}
