import { execFileSync } from 'node:child_process';

/** RGB24 of a JPEG, decoded by a decoder other than ours. */
export function pixelsOf(jpeg: Uint8Array): Buffer {
  const args = ['-v', 'error', '-f', 'image2pipe', '-i', 'pipe:', '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:'];
  return execFileSync('ffmpeg', args, { input: jpeg, maxBuffer: 200_000_000 });
}

/** Mean difference of two pictures of the same size, in steps of 255. */
export function meanDifference(a: Buffer, b: Buffer): number {
  if (a.length !== b.length)
    throw new RangeError(`Expected pictures of the same size, got ${a.length} and ${b.length} bytes`);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] as number) - (b[i] as number));
  return sum / a.length;
}
