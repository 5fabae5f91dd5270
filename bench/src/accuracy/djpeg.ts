import { execFileSync } from 'node:child_process';
import type { RgbPicture } from './reference-detector.js';

const MAX_BYTES = 256 * 1024 * 1024;

/** A JPEG as libjpeg-turbo's own `djpeg` decodes it. @throws Error with its words where it can't */
export function decodeByDjpeg(jpeg: Uint8Array): RgbPicture {
  return readPixmap(execFileSync('djpeg', ['-rgb', '-pnm'], { input: jpeg, maxBuffer: MAX_BYTES, stdio: 'pipe' }));
}

/** @param bytes a binary pixmap of 8 bits a sample, `P6` (netpbm's ppm(5)), without comments, as `djpeg` writes it */
export function readPixmap(bytes: Uint8Array): RgbPicture {
  const [header, width, height] =
    /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(Buffer.from(bytes.subarray(0, 64)).toString('latin1')) ?? [];
  if (header === undefined) throw new Error('Expected a pixmap');
  const rgb = Float32Array.from(bytes.subarray(header.length));
  if (rgb.length !== Number(width) * Number(height) * 3) throw new Error(`A pixmap of ${rgb.length} samples`);
  return { width: Number(width), height: Number(height), rgb };
}
