/** Sum of a JPEG's first quantisation table: the smaller, the finer the picture. @throws Error if it has none */
export function quantisationSum(jpeg: Uint8Array): number {
  for (let at = 2; at < jpeg.length && jpeg[at] === 0xff; ) {
    const length = (jpeg[at + 2]! << 8) | jpeg[at + 3]!;
    if (jpeg[at + 1] === 0xdb) return jpeg.subarray(at + 5, at + 5 + 64).reduce((sum, step) => sum + step, 0);
    at += 2 + length;
  }
  throw new Error('The JPEG has no quantisation table');
}

/** Whether it begins and ends as a JPEG does. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9;
}
