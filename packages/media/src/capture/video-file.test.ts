import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VideoFile } from './video-file.js';

let folder: string;
let clip: string;

function ffmpeg(...args: string[]): void {
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', ...args]);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lookout-video-file-'));
  clip = join(folder, 'clip: 1.mp4');
  // B-frames come out of the decoder late, and in another order than they went in; the sound goes nowhere.
  const input = [
    '-f',
    'lavfi',
    '-i',
    'testsrc2=size=320x240:rate=25:duration=2',
    '-f',
    'lavfi',
    '-i',
    'sine=duration=2',
  ];
  ffmpeg(...input, '-c:v', 'libx264', '-bf', '3', '-g', '10', '-pix_fmt', 'yuv420p', clip);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function positions(path: string): Promise<{ positions: number[]; numbers: number[]; broken: number }> {
  await using file = await VideoFile.open(path);
  const seen: number[] = [];
  const numbers: number[] = [];
  for await (const { number, positionMs, picture } of file.pictures()) {
    seen.push(positionMs);
    numbers.push(number);
    picture.close();
  }
  return { positions: seen, numbers, broken: file.brokenCount };
}

describe('VideoFile', () => {
  it('gives every picture once, in order, with its place in the video', async () => {
    const { positions: seen, numbers, broken } = await positions(clip);
    expect(seen.map(Math.round)).toEqual(Array.from({ length: 50 }, (_, i) => i * 40));
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(broken).toBe(0);
  });

  it('tells what it is', async () => {
    await using file = await VideoFile.open(clip);
    expect(file.codec).toBe('h264');
    expect(file.isPicture).toBe(false);
    expect(file.durationMs).toBeCloseTo(2000, -2);
  });

  it('counts the pictures of a stream without times by its rate', async () => {
    const raw = join(folder, 'raw.h264');
    ffmpeg('-i', clip, '-an', '-c', 'copy', '-bsf:v', 'h264_mp4toannexb', raw);
    const { positions: seen } = await positions(raw);
    expect(seen).toHaveLength(50);
    expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => i * 40));
  });

  it('reads a picture of another format as a video of one', async () => {
    const png = join(folder, 'still.png');
    ffmpeg('-i', clip, '-frames:v', '1', png);
    await using file = await VideoFile.open(png);
    expect(file.isPicture).toBe(true);
    for await (const { picture } of file.pictures()) {
      expect([picture.width, picture.height]).toEqual([320, 240]);
      picture.close();
    }
  });

  it('goes on behind damage, and counts it', async () => {
    const damaged = join(folder, 'damaged.ts');
    ffmpeg('-i', clip, '-an', '-c', 'copy', damaged);
    const bytes = readFileSync(damaged);
    const middle = bytes.length >> 1;
    for (let at = middle; at < middle + 5000; at += 50) bytes[at] = bytes[at]! ^ 0xff;
    writeFileSync(damaged, bytes);
    const { positions: seen, broken } = await positions(damaged);
    expect(broken).toBeGreaterThan(0);
    expect(seen.length).toBeLessThan(50);
    // Keyframes come every 0.4 s, and the damage is about the middle.
    expect(seen.at(-1)).toBeGreaterThan(1500);
  });

  it('can be left early', async () => {
    await using file = await VideoFile.open(clip);
    for await (const { number, picture } of file.pictures()) {
      picture.close();
      if (number === 3) break;
    }
    await file.close();
  });

  it.each([
    ['a file that is not there', () => join(folder, 'none.mp4'), 'camera_not_found', 'no such file'],
    ['a folder', () => folder, 'camera_not_found', 'folder'],
    ['a text', () => import.meta.filename, 'camera_unsupported', ''],
  ])('says what is wrong with %s', async (_name, path, code, message) => {
    await expect(VideoFile.open(path())).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});
