import { execFileSync } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** Clips of 2 s at 25 frames/s, in a temporary folder that the caller removes: clip.mp4, small.ts and large.ts. */
export function makeClipFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lookout-capture-'));
  makeClip(folder, 'clip.mp4', '320x240');
  makeClip(folder, 'small.ts', '320x240', '-f', 'mpegts');
  makeClip(folder, 'large.ts', '640x360', '-f', 'mpegts');
  return folder;
}

/** Makes a clip with the ffmpeg command line and returns its path. */
export function makeClip(folder: string, name: string, size: string, ...options: string[]): string {
  const path = join(folder, name);
  const source = `testsrc2=size=${size}:rate=25:duration=2`;
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-pix_fmt', 'yuv420p'];
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', source, ...codec, ...options, path]);
  return path;
}

/** Serves the files of a folder with ranges, as web servers do. */
export function serveFiles(folder: string): RequestListener {
  return (request, response) => {
    const path = join(folder, basename(new URL(request.url!, 'http://x').pathname));
    const { size } = statSync(path);
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const range = { 'Content-Range': `bytes ${from}-${size - 1}/${size}` };
    response.writeHead(request.headers.range ? 206 : 200, {
      'Accept-Ranges': 'bytes',
      'Content-Length': size - from,
      ...range,
    });
    createReadStream(path, { start: from }).pipe(response);
  };
}

/** Clockwise turns, as phones note them: where the picture's x and y axes point (ISO/IEC 14496-12 §6.2.2). */
const AXES = { 90: [0, 1, -1, 0], 180: [-1, 0, 0, -1], 270: [0, -1, 1, 0] } as const;
/** From the type of the box `tkhd`, of version 0, to its matrix. */
const MATRIX_AT = 44;

/** A clip of H.264, red on its left half and blue on its right one, stored as 320×240 and to be shown turned, as phones film. @returns its path */
export function makeTurnedClip(folder: string, name: string, rotation: keyof typeof AXES): string {
  const halves = ['red', 'blue'].map((color, index) => `drawbox=x=${index * 160}:w=160:h=240:color=${color}:t=fill`);
  const path = makeClip(folder, name, '320x240', '-vf', halves.join(), '-bf', '0');
  const bytes = readFileSync(path);
  const matrix = bytes.indexOf('tkhd') + MATRIX_AT;
  const [a, b, c, d] = AXES[rotation];
  for (const [index, value] of [a, b, 0, c, d].entries()) bytes.writeInt32BE(value * 0x1_0000, matrix + index * 4);
  writeFileSync(path, bytes);
  return path;
}
