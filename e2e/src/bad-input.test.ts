import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Camera, Detection, Model } from '@lookout/protocol';
import { oddModel } from '@lookout/vision/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { keep } from './support/keep.js';
import type { LookoutProcess } from './support/lookout-process.js';
import { addModels } from './support/models.js';
import { meanDifference, pixelsOf } from './support/pixels.js';
import { sharedLookout } from './support/shared-lookout.js';
import { RawSocket } from './support/socket.js';
import { startCamera, startLookout, streetJpegs } from './support/start.js';
import { until } from './support/until.js';

/** A picture of a camera is shown and looked into as its annotated snapshot and its detections say. */
interface Looked {
  detections: Detection[];
  snapshot: Buffer;
}

let street: Buffer;
let lookout: LookoutProcess;
let reference: Looked;

/** Lossless: what it makes has the same coefficients, and so the same pixels, in another form. */
const jpegtran = (...args: string[]) => execFileSync('jpegtran', args, { input: street });
const ffmpeg = (...args: string[]) =>
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'image2pipe', '-i', 'pipe:', ...args, '-f', 'image2pipe', 'pipe:'], {
    input: street,
  });

/** 8×8 in the four inks of print, as Adobe stores them: half cyan, nothing else. */
const cmyk = Buffer.from(
  '/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI/8AAFAgACAAIBAERAAIRAAMRAAQRAP/EABQAAQAAAAAAAAAAAAAAAAAAAAf/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oADgQBAAIAAwAEAAA/AEA/n8/v/9k=',
  'base64',
);

/** The frame header's bytes, changed: precision at 4, height at 5, width at 7. */
function patched(change: (bytes: Buffer, frameHeader: number) => void): Buffer {
  const bytes = Buffer.from(street);
  let at = 2;
  while (bytes[at + 1] !== 0xc0) at += 2 + bytes.readUInt16BE(at + 2);
  change(bytes, at);
  return bytes;
}

/**
 * What Lookout makes of a camera that sends this picture over and over.
 * @param isFound waits for a frame with detections like these; a busy machine skips frames, and tracks begin anew
 */
async function lookAt(jpeg: Uint8Array, isFound = (_: Detection[]) => true): Promise<Looked> {
  const camera = await startCamera({ jpegs: [jpeg], fps: 10 });
  // One size for all, so that boxes can be compared.
  await lookout.addCamera({ id: 'odd', url: camera.url, detect: { inference_size: 416 } as never });
  try {
    await lookout.cameraIs('odd', 'live');
    const viewer = await RawSocket.open(`${lookout.wsUrl}/ws/view/odd?mode=overlay`);
    // The tracker knows its objects after some frames.
    await viewer.framesAtLeast(8);
    const { detections } = await until('what is in it', () => {
      const meta = viewer.frames.at(-1)?.meta;
      return meta && isFound(meta.detections) && meta;
    });
    viewer.socket.terminate();
    const snapshot = await lookout.fetch('/api/cameras/odd/snapshot.jpg?annotated=1');
    expect(snapshot.status).toBe(200);
    expect((await lookout.stats('odd')).frames.dropped.invalid).toBe(0);
    return { detections, snapshot: Buffer.from(await snapshot.arrayBuffer()) };
  } finally {
    await lookout.fetch('/api/cameras/odd', { method: 'DELETE' });
  }
}

function overlap(a: Detection['bbox'], b: Detection['bbox']): number {
  const width = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
  const height = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  const area = ([x1, y1, x2, y2]: Detection['bbox']) => (x2 - x1) * (y2 - y1);
  return (width * height) / (area(a) + area(b) - width * height);
}

/** How well the sure people of the reference are found again: least overlap of each with its best. */
function agreement(detections: readonly Detection[]): number {
  const people = reference.detections.filter((one) => one.class_name === 'person' && one.confidence >= 0.6);
  expect(people.length).toBeGreaterThanOrEqual(2);
  return Math.min(...people.map(({ bbox }) => Math.max(0, ...detections.map((other) => overlap(bbox, other.bbox)))));
}

beforeAll(async () => {
  street = Buffer.from((await streetJpegs())[0] as Uint8Array);
  lookout = await sharedLookout('file');
  const isSure = ({ class_name, confidence }: Detection) => class_name === 'person' && confidence >= 0.6;
  reference = await lookAt(street, (detections) => detections.filter(isSure).length >= 2);
});

describe('a camera that sends unusual pictures', () => {
  it.each([
    ['progressive', () => jpegtran('-progressive')],
    ['with restart markers', () => jpegtran('-restart', '1')],
    ['with tables of its own', () => jpegtran('-optimize')],
  ])('has the same boxes and colours: %s', async (_name, make) => {
    const seen = await lookAt(make(), (detections) => agreement(detections) > 0.95);
    expect(meanDifference(pixelsOf(seen.snapshot), pixelsOf(reference.snapshot))).toBeLessThan(1);
  });

  it('has its boxes: in sizes that fill no blocks', async () => {
    await lookAt(jpegtran('-crop', '639x477+0+0'), (detections) => agreement(detections) > 0.8);
  });

  it('has its boxes, and no colours: in grey', async () => {
    const people = (detections: Detection[]) => detections.filter(({ class_name }) => class_name === 'person');
    const seen = await lookAt(jpegtran('-grayscale'), (detections) => people(detections).length >= 2);
    // Whatever is not a box is grey.
    const grey = pixelsOf(jpegtran('-grayscale'));
    const shown = pixelsOf(seen.snapshot);
    let same = 0;
    for (let i = 0; i < grey.length; i++) if (Math.abs((grey[i] as number) - (shown[i] as number)) < 12) same++;
    expect(same / grey.length).toBeGreaterThan(0.9);
  });

  it('has its colours: in the inks of print', async () => {
    const [red, green, blue] = pixelsOf((await lookAt(cmyk)).snapshot).subarray(0, 3) as unknown as number[];
    expect(Math.abs((red as number) - 192)).toBeLessThan(8);
    expect(Math.min(green as number, blue as number)).toBeGreaterThan(247);
  });

  it('is looked into: one pixel', async () => {
    const { snapshot } = await lookAt(ffmpeg('-vf', 'scale=1:1', '-pix_fmt', 'yuvj444p', '-c:v', 'mjpeg'));
    expect(pixelsOf(snapshot)).toHaveLength(3);
  });
});

describe('cameras all of whose pictures are broken', () => {
  const broken: Record<string, [make: () => Buffer, reason: RegExp]> = {
    '12-bits': [() => patched((bytes, at) => bytes.writeUInt8(12, at + 4)), /12 bits per sample/],
    huge: [
      () =>
        patched((bytes, at) => {
          bytes.writeUInt16BE(20_000, at + 5);
          bytes.writeUInt16BE(20_000, at + 7);
        }),
      /20000×20000, over the limit/,
    ],
    arithmetic: [() => jpegtran('-arithmetic'), /arithmetic/],
    half: [() => Buffer.concat([street.subarray(0, street.length >> 1), Buffer.of(0xff, 0xd9)]), /damaged/],
  };

  it('say so, and are live with the first good one', async () => {
    const good = await startCamera({ fps: 10 });
    await lookout.addCamera({ id: 'good', url: good.url });
    keep(lookout, () => lookout.removeCameras());
    const cameras = await Promise.all(
      Object.entries(broken).map(async ([id, [make, reason]]) => {
        const camera = await startCamera({ jpegs: [make()], fps: 10 });
        await lookout.addCamera({ id, url: camera.url });
        return { id, camera, reason };
      }),
    );
    for (const { id, camera, reason } of cameras) {
      const { state_reason } = await lookout.cameraIs(id, 'unsupported');
      expect(state_reason, id).toMatch(/^Frames arrive, but none can be decoded: /);
      expect(state_reason, id).toMatch(reason);
      const { frames, state_history } = await lookout.stats(id);
      expect(frames.analyzed, id).toBe(0);
      expect(frames.dropped.invalid, id).toBeGreaterThanOrEqual(3);
      expect(state_history.filter(({ state }) => state === 'unsupported')).toHaveLength(1);
      camera.setJpegs([street]);
    }
    for (const { id } of cameras) {
      await lookout.cameraIs(id, 'live');
      await until('it is looked into', async () => (await lookout.stats(id)).frames.analyzed > 2);
      expect((await lookout.stats(id)).reconnects, id).toBe(0);
    }
    const beside = await lookout.stats('good');
    expect(beside.frames.dropped.invalid).toBe(0);
    expect(beside.state_history.map(({ state }) => state)).toEqual(['live', 'connecting', 'connecting']);
  });

  it('are borne with where it is every third one', async () => {
    const cut = Buffer.concat([street.subarray(0, street.length >> 1), Buffer.of(0xff, 0xd9)]);
    const camera = await startCamera({ jpegs: [street, street, cut], fps: 10 });
    await lookout.addCamera({ id: 'some', url: camera.url });
    await until('many broken ones', async () => (await lookout.stats('some')).frames.dropped.invalid >= 10, {
      timeoutMs: 40_000,
    });
    const { state_history } = await lookout.stats('some');
    expect(state_history[0]).toMatchObject({ state: 'live', reason: 'Receiving frames' });
    expect(state_history.filter(({ state }) => state === 'unsupported')).toEqual([]);
    await lookout.fetch('/api/cameras/some', { method: 'DELETE' });
  });
});

describe('a model that is odd', () => {
  /** Makes it the default. @returns what the server logs from now on */
  const useOdd = async (options: Parameters<typeof oddModel>[0]) => {
    const before = lookout.output.stdout.length;
    addModels(lookout, { odd: oddModel(options) });
    await lookout.send('POST', '/api/models/odd/load', { default: true });
    return () => lookout.output.stdout.slice(before);
  };
  const flat = (colour: string) =>
    execFileSync('ffmpeg', [
      ...['-v', 'error', '-f', 'lavfi', '-i', `color=${colour}:size=320x240`, '-frames:v', '1'],
      ...['-pix_fmt', 'yuvj420p', '-c:v', 'mjpeg', '-f', 'image2pipe', 'pipe:'],
    ]);

  it('that fails at some pictures: is counted and told, and all else goes on', async () => {
    const logged = await useOdd({ failsFrom: 200 });
    const dark = await startCamera({ jpegs: [flat('black')], fps: 10 });
    const bright = await startCamera({ jpegs: [flat('white')], fps: 10 });
    await lookout.addCamera({ id: 'dark', url: dark.url });
    await lookout.addCamera({ id: 'bright', url: bright.url });
    keep(lookout, () => lookout.removeCameras());
    const told = (camera: Camera) => camera.state_reason.startsWith('Frames arrive, but none can be analysed');
    const camera = await until('it says so', async () => {
      const view = await lookout.camera('bright');
      return told(view) && view;
    });
    expect(camera.state).toBe('live');
    expect(camera.state_reason).toMatch(/Model odd failed: .*Gather/);
    expect(await lookout.metric('lookout_inference_failures_total', 'model="odd"')).toBeGreaterThanOrEqual(3);
    expect((await lookout.stats('bright')).frames).toMatchObject({ analyzed: 0 });
    expect((await lookout.fetch('/readyz')).status).toBe(200);
    const lines = logged()
      .split('\n')
      .filter((line) => line.includes('a frame could not be analysed'));
    expect(lines.length).toBeGreaterThanOrEqual(1);
    expect(lines.length).toBeLessThanOrEqual(3);
    // A worker that failed at one picture takes the next.
    const viewer = await RawSocket.open(`${lookout.wsUrl}/ws/view/dark?mode=overlay`);
    await until('the other camera is looked into', () =>
      viewer.frames.some(({ meta }) => meta.detections.some(({ class_name }) => class_name === 'thing')),
    );
    bright.setJpegs([flat('black')]);
    await until('it is well again', async () => (await lookout.camera('bright')).state_reason === 'Receiving frames');
    expect((await lookout.stats('bright')).reconnects).toBe(0);
    expect(logged()).not.toContain('analysis worker');
  });

  it('that gives every box a score of 0: is warned of in the log and by the API', async () => {
    const logged = await useOdd({ score: 0 });
    const warning = 'a score of exactly 0 to everything';
    await until('the log warns', () => logged().includes(warning));
    const [model] = await lookout.json<Model[]>('/api/models');
    expect(model?.warning).toContain(warning);
  });

  it('raises no warning where it is well', async () => {
    const [model] = await lookout.json<Model[]>('/api/models');
    expect(model).not.toHaveProperty('warning');
  });
});

describe('a data folder on a disk that fills up', () => {
  const size = 64 * 1024 * 1024;
  const disk = keep(
    mkdtempSync(join(tmpdir(), 'lookout-e2e-disk-')),
    (path) => rmSync(path, { recursive: true }),
    'file',
  );
  const isMounted = (() => {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk], { stdio: 'pipe' });
      // Lazily: it is busy for as long as a server is ending.
      keep(disk, () => void execFileSync('umount', ['-l', disk]), 'file');
      return true;
    } catch {
      return false;
    }
  })();
  const name = isMounted ? '' : ' (skipped: only root may mount a small disk)';

  it.runIf(isMounted)(`refuses changes and says why, and loses nothing${name}`, async () => {
    const camera = await startCamera({ fps: 10 });
    const server = await startLookout({ data: join(disk, 'data') });
    await server.addCamera({ id: 'yard', name: 'Yard', url: camera.url });
    await server.cameraIs('yard', 'live');
    const filler = join(disk, 'filler');
    try {
      for (;;) appendFileSync(filler, Buffer.alloc(65_536));
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
    }
    const change = async (method: string, path: string, body: object) => {
      const headers = { 'content-type': 'application/json' };
      const response = await server.fetch(path, { method, headers, body: JSON.stringify(body) });
      return { status: response.status, problem: (await response.json()) as { code: string; detail: string } };
    };
    const refusals = [
      await change('POST', '/api/cameras', { id: 'gate', url: camera.url }),
      await change('PATCH', '/api/cameras/yard', { name: 'Garden' }),
    ];
    for (const { status, problem } of refusals) {
      expect(status).toBe(503);
      expect(problem.code).toBe('storage_failed');
      expect(problem.detail).toContain('the disk is full');
    }
    expect((await server.json<Camera[]>('/api/cameras')).map((one) => one.name)).toEqual(['Yard']);
    const { analyzed } = (await server.stats('yard')).frames;
    await until('the camera goes on', async () => (await server.stats('yard')).frames.analyzed > analyzed + 3);

    rmSync(filler);
    expect((await change('PATCH', '/api/cameras/yard', { name: 'Garden' })).status).toBe(200);
    expect((await server.end()).code).toBe(0);
    const again = await startLookout({ data: join(disk, 'data') });
    expect(await again.camera('yard')).toMatchObject({ name: 'Garden' });
  });
});
