import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Detection } from '@lookout/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { isJpeg } from './support/jpeg.js';
import { runLookout } from './support/lookout-process.js';
import { demoClip } from './support/paths.js';
import { scratchFolder } from './support/scratch-folder.js';
import { startCamera, streetJpegs } from './support/start.js';

interface Detected {
  source: string;
  width: number;
  height: number;
  model: string;
  detections: Detection[];
}

async function streetJpeg(folder: string): Promise<string> {
  const [jpeg] = await streetJpegs();
  const path = join(folder, 'street.jpg');
  writeFileSync(path, jpeg as Uint8Array);
  return path;
}

/** Three seconds of the street, ten frames each. */
let clip: string;
beforeAll(() => {
  clip = join(scratchFolder('file'), 'street.mp4');
  const input = ['-i', demoClip(), '-t', '3', '-an', '-vf', 'scale=640:480'];
  const output = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '10', '-pix_fmt', 'yuv420p', clip];
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', ...input, ...output]);
});

interface FrameLine extends Omit<Detected, 'source' | 'model'> {
  frameNumber: number;
  timestamp: number;
}

const jsonLines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as FrameLine);

describe('lookout detect', () => {
  it('finds the people in a picture and writes it with their boxes', async () => {
    const folder = scratchFolder();
    const picture = await streetJpeg(folder);
    const out = join(folder, 'boxes.jpg');
    const { code, stdout } = await runLookout(['detect', picture, '--json', '--out', out]);
    expect(code).toBe(0);
    const found = JSON.parse(stdout) as Detected;
    expect(found).toMatchObject({ width: 640, height: 480 });
    expect(found.detections.filter(({ class_name }) => class_name === 'person').length).toBeGreaterThanOrEqual(3);
    const written = readFileSync(out);
    expect(isJpeg(written)).toBe(true);
    expect(written.equals(readFileSync(picture))).toBe(false);
  });

  it('goes over a whole video: every frame in order, with tracks that last', async () => {
    const { code, stdout } = await runLookout(['detect', clip, '--json']);
    expect(code).toBe(0);
    const frames = jsonLines(stdout);
    // Ten frames a second, three seconds long.
    expect(frames.map(({ frameNumber }) => frameNumber)).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect(frames.map(({ timestamp }) => timestamp)).toEqual(Array.from({ length: 30 }, (_, i) => i * 100));
    expect(frames[0]).toMatchObject({ width: 640, height: 480 });
    const lives = new Map<number, number>();
    for (const { detections } of frames)
      for (const { class_name, track_id } of detections)
        if (class_name === 'person' && track_id !== undefined) lives.set(track_id, (lives.get(track_id) ?? 0) + 1);
    expect(Math.max(...lives.values())).toBeGreaterThanOrEqual(25);
  });

  it('goes over as much of a video as it is told to', async () => {
    const some = jsonLines((await runLookout(['detect', clip, '--json', '--fps', '5', '--seconds', '2'])).stdout);
    expect(some.map(({ timestamp }) => timestamp)).toEqual([0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800]);
    const few = jsonLines((await runLookout(['detect', `file://${clip}`, '--json', '--frames', '2'])).stdout);
    expect(few.map(({ frameNumber }) => frameNumber)).toEqual([0, 1]);
  });

  it('tells of a video in words, and writes the first picture with something in it', async () => {
    const folder = scratchFolder();
    const out = join(folder, 'boxes.jpg');
    const { code, stdout } = await runLookout(['detect', clip, '--out', out]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^street\.mp4: 640×480, 30 frames analysed by \S+ in [\d.]+ s \([\d.]+ a second\)\n/);
    expect(stdout).toMatch(/\n {2}person +\d+ tracks, \d+ at once at most, in 2\d frames, 0:00\.\d to 0:02\.9\n/);
    expect(isJpeg(readFileSync(out))).toBe(true);
  });

  it('takes the first frame of a camera, or as many as it is told to', async () => {
    const camera = await startCamera();
    const first = await runLookout(['detect', camera.url, '--json']);
    expect(first.code).toBe(0);
    const found = JSON.parse(first.stdout) as Detected;
    expect(found).toMatchObject({ width: 640, height: 480 });
    expect(found.detections.some(({ class_name }) => class_name === 'person')).toBe(true);
    const frames = jsonLines((await runLookout(['detect', camera.url, '--json', '--frames', '4'])).stdout);
    expect(frames).toHaveLength(4);
    const times = frames.map(({ timestamp }) => timestamp);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    expect(Math.abs((times[0] as number) - Date.now())).toBeLessThan(60_000);
  });

  it('goes on to the end of a video that is damaged, and says so of one that can’t be read', async () => {
    const folder = scratchFolder();
    const whole = readFileSync(clip);
    const cut = join(folder, 'cut.ts');
    execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-i', clip, '-c', 'copy', cut]);
    const bytes = readFileSync(cut);
    const middle = bytes.length >> 1;
    for (let at = middle; at < middle + 5000; at += 50) bytes[at] = (bytes[at] as number) ^ 0xff;
    writeFileSync(cut, bytes);
    const damaged = await runLookout(['detect', cut, '--json']);
    expect(damaged.code).toBe(0);
    expect(damaged.stderr).toContain('damaged');
    expect(jsonLines(damaged.stdout).length).toBeGreaterThan(10);

    // The table of contents of an MP4 is at its end.
    writeFileSync(join(folder, 'half.mp4'), whole.subarray(0, whole.length >> 1));
    const half = await runLookout(['detect', join(folder, 'half.mp4')]);
    expect(half).toMatchObject({ code: 1, stdout: '' });
    expect(half.stderr).toMatch(/^lookout: Can't read .*half\.mp4: It contains no readable video\n/);
  });

  it('tells people in words', async () => {
    const { stdout } = await runLookout(['detect', await streetJpeg(scratchFolder())]);
    expect(stdout).toMatch(/640×480, \d+ found by \S+ in [\d.]+ ms/);
    expect(stdout).toMatch(/person +0\.\d\d +\[\d+, \d+, \d+, \d+\]/);
  });
});
