import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MultipartParser } from '../mjpeg/multipart-parser.js';

export interface TestJpegOptions {
  /** A video file; without it, FFmpeg's moving test picture. */
  clip?: string;
  count?: number;
  width?: number;
  height?: number;
  /** FFmpeg's JPEG scale: 2 (best) to 31. */
  quality?: number;
  /** Seconds into the clip. */
  startS?: number;
}

/** Enough for 1000 large pictures; tests should not need more. */
const MAX_OUTPUT_BYTES = 500_000_000;

/**
 * Real JPEGs of a moving scene, made by the `ffmpeg` program and kept in the system's temporary folder under a checksum of everything they
 * depend on.
 */
export async function makeTestJpegs(options: TestJpegOptions = {}): Promise<Uint8Array<ArrayBuffer>[]> {
  const { clip, count = 30, width = 640, height = 480, quality = 5, startS = 0 } = options;
  const source = clip === undefined ? 'testsrc' : await checksum(clip);
  const key = createHash('sha256')
    .update(JSON.stringify([source, count, width, height, quality, startS]))
    .digest('hex');
  const folder = join(tmpdir(), 'lookout-test-jpegs');
  const path = join(folder, `${key}.mjpeg`);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    const input =
      clip === undefined
        ? ['-f', 'lavfi', '-i', `testsrc2=size=${width}x${height}:rate=30`]
        : ['-ss', String(startS), '-i', clip];
    const scale = ['-vf', `scale=${width}:${height}`, '-frames:v', String(count)];
    const output = ['-pix_fmt', 'yuvj420p', '-c:v', 'mjpeg', '-q:v', String(quality), '-f', 'image2pipe', '-'];
    const { stdout } = await promisify(execFile)('ffmpeg', ['-v', 'error', '-nostdin', ...input, ...scale, ...output], {
      encoding: 'buffer',
      maxBuffer: MAX_OUTPUT_BYTES,
    });
    bytes = stdout;
    await mkdir(folder, { recursive: true });
    // Several test processes may create the same file: each writes its own, and the last one moved there stays.
    const own = `${path}.${process.pid}`;
    await writeFile(own, bytes);
    await rename(own, path);
  }
  return splitJpegs(bytes);
}

/** Splits concatenated pictures. */
function splitJpegs(bytes: Uint8Array): Uint8Array<ArrayBuffer>[] {
  const jpegs: Uint8Array<ArrayBuffer>[] = [];
  const parser = new MultipartParser({
    onJpeg: (jpeg) => jpegs.push(jpeg),
    onInvalid: (error) => {
      throw error;
    },
    onForeignPart: (type) => {
      throw new Error(`Expected JPEGs only, got a part of type ${type}`);
    },
  });
  parser.push(bytes, 0);
  return jpegs;
}

async function checksum(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
