import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Detection, Model } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { scratchFolder } from './support/browser.js';
import { isJpeg } from './support/jpeg.js';
import { runLookout } from './support/lookout-process.js';
import { demoClip, shared } from './support/paths.js';
import { RawSocket } from './support/socket.js';
import { startCamera, startLookout, streetJpegs } from './support/start.js';
import { until } from './support/until.js';

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
function streetClip(folder: string): string {
  const path = join(folder, 'street.mp4');
  const input = ['-i', demoClip(), '-t', '3', '-an', '-vf', 'scale=640:480'];
  execFileSync('ffmpeg', [
    '-v',
    'error',
    '-nostdin',
    ...input,
    '-c:v',
    'libx264',
    '-g',
    '10',
    '-pix_fmt',
    'yuv420p',
    path,
  ]);
  return path;
}

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
    const { code, stdout } = await runLookout(['detect', streetClip(scratchFolder()), '--json']);
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
    const clip = streetClip(scratchFolder());
    const some = jsonLines((await runLookout(['detect', clip, '--json', '--fps', '5', '--seconds', '2'])).stdout);
    expect(some.map(({ timestamp }) => timestamp)).toEqual([0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800]);
    const few = jsonLines((await runLookout(['detect', `file://${clip}`, '--json', '--frames', '2'])).stdout);
    expect(few.map(({ frameNumber }) => frameNumber)).toEqual([0, 1]);
  });

  it('tells of a video in words, and writes the first picture with something in it', async () => {
    const folder = scratchFolder();
    const out = join(folder, 'boxes.jpg');
    const { code, stdout } = await runLookout(['detect', streetClip(folder), '--out', out]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^street\.mp4: 640×480, 30 frames analysed by \S+ in [\d.]+ s \([\d.]+ a second\)\n/);
    expect(stdout).toMatch(/\n {2}person +\d+ tracks, \d+ at once at most, in 30 frames, 0:00\.0 to 0:02\.9\n/);
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
    const clip = streetClip(folder);
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
    expect(half.stderr).toMatch(/^lookout: Can't read .*half\.mp4: No readable video was found\n/);
  });

  it('tells people in words, and says what it cannot read', async () => {
    const { stdout } = await runLookout(['detect', await streetJpeg(scratchFolder())]);
    expect(stdout).toMatch(/640×480, \d+ found by \S+ in [\d.]+ ms/);
    expect(stdout).toMatch(/person +0\.\d\d +\[\d+, \d+, \d+, \d+\]/);
    const { code, stderr } = await runLookout(['detect', '/nowhere.jpg']);
    expect(code).toBe(1);
    expect(stderr).toContain("Can't read /nowhere.jpg");
  });
});

describe('lookout doctor and models', () => {
  it('look at the machine and say what they find', async () => {
    const { code, stdout } = await runLookout(['doctor', '--json', '--port', '0']);
    expect(code).toBe(0);
    const findings = JSON.parse(stdout) as Array<{ name: string; state: string; detail: string }>;
    const states = Object.fromEntries(findings.map(({ name, state }) => [name, state]));
    expect(states).toMatchObject({
      machine: 'info',
      'thread pool': 'ok',
      'video decoders': 'ok',
      inference: 'ok',
      port: 'ok',
      'data directory': 'ok',
    });
  });

  it('know a running Lookout by its port', async () => {
    const lookout = await startLookout();
    const { code, stdout } = await runLookout(['doctor', '--json', '--port', String(lookout.port)]);
    expect(code).toBe(0);
    const detail = expect.stringContaining("is a running Lookout's");
    expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ name: 'port', state: 'info', detail }));
  });

  it('list the models there are', async () => {
    const { code, stdout } = await runLookout(['models', 'list', '--json']);
    expect(code).toBe(0);
    expect(stdout).toContain('nanodet');
  });
});

// Other people's exports: where the material lies beside the repository.
describe('a model of one’s own', () => {
  const yolox = shared('models/yolox-nano-416.onnx');
  const roads = shared('models/road-hazard-3cls-yolov8n-320-int8dyn.onnx');

  it.skipIf(yolox === undefined)('runs live: YOLOX (skipped where ../shared/models lacks it)', async () => {
    const lookout = await startLookout({ sources: ['demo:street'], args: ['--model', yolox as string] });
    const viewer = await RawSocket.open(`${lookout.wsUrl}/ws/view/street?mode=overlay`);
    await until('a person found by YOLOX', () =>
      viewer.frames.some(({ meta }) => meta.detections.some(({ class_name }) => class_name === 'person')),
    );
    const [model] = await lookout.json<Model[]>('/api/models');
    expect(model).toMatchObject({ format: 'yolox', loaded: true });
    expect(viewer.frames[0]?.meta.inference_size).toBe(416);
  });

  it.skipIf(roads === undefined)('has its own classes (skipped where ../shared/models lacks it)', async () => {
    const picture = await streetJpeg(scratchFolder());
    const { code, stdout } = await runLookout([
      'detect',
      picture,
      '--json',
      '--model',
      roads as string,
      '--confidence',
      '0.05',
    ]);
    expect(code).toBe(0);
    for (const { class_id, class_name } of (JSON.parse(stdout) as Detected).detections) {
      expect(class_id).toBeLessThan(3);
      expect(class_name).not.toBe('person');
    }
    const lookout = await startLookout({ args: ['--model', roads as string] });
    const [model] = await lookout.json<Model[]>('/api/models');
    expect(model?.classes).toHaveLength(3);
  });
});
