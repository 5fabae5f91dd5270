import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDetector } from '../detector/open-detector.js';
import { planLetterbox } from '../letterbox.js';
import { letterboxPicture } from '../testing/letterbox-picture.js';
import { readFixture } from '../testing/read-png.js';
import { prepareEmbeddedModel } from './embedded.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-embedded-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('prepareEmbeddedModel', () => {
  it('converts once, tells its progress, and converts again when the file was damaged', {
    timeout: 30_000,
  }, async () => {
    const steps: [string, number][] = [];
    const onProgress = (message: string, fraction: number) => steps.push([message, fraction]);
    const info = await prepareEmbeddedModel(directory, { onProgress });
    expect(info).toMatchObject({ name: 'nanodet-g', format: 'nanodet', input: { kind: 'free', multiple: 32 } });
    expect(info.classNames).toHaveLength(80);
    expect(steps.map(([, fraction]) => fraction)).toEqual([0, 0.5, 1]);
    const original = readFileSync(info.path);

    steps.length = 0;
    await prepareEmbeddedModel(directory, { onProgress });
    expect(steps).toEqual([['The embedded model was ready', 1]]);

    const damaged = Buffer.from(original);
    damaged[damaged.length >> 1]! ^= 1;
    writeFileSync(info.path, damaged);
    expect(await prepareEmbeddedModel(directory)).toEqual(info);
    expect(readFileSync(info.path).equals(original)).toBe(true);
  });

  it('comes in 32 bits too, and finds the same person', { timeout: 30_000 }, async () => {
    const picture = readFixture('astronaut');
    const boxes: number[][] = [];
    for (const name of ['nanodet-g', 'nanodet-g-float32'] as const) {
      const info = await prepareEmbeddedModel(directory, { name });
      expect(info.name).toBe(name);
      if (name !== 'nanodet-g') expect(info.precision).toBe('float32');
      const detector = await openDetector(info);
      const letterbox = planLetterbox(info, picture.width, picture.height, 416);
      const rgb = letterboxPicture(picture, letterbox);
      const options = { confidence: 0.4, iou: 0.6, maxDetections: 10 };
      const { detections } = await detector.detect(rgb, letterbox, picture.width, picture.height, options);
      await detector.close();
      boxes.push(detections.find(({ class_name }) => class_name === 'person')!.bbox);
    }
    boxes[0]!.forEach((edge, side) => {
      expect(Math.abs(edge - boxes[1]![side]!)).toBeLessThan(picture.width / 20);
    });
  });

  it('stands being prepared by several at once', { timeout: 30_000 }, async () => {
    const own = join(directory, 'several');
    const infos = await Promise.all([1, 2, 3].map(() => prepareEmbeddedModel(own)));
    expect(new Set(infos.map(({ path }) => path)).size).toBe(1);
    expect(readdirSync(own).sort()).toEqual([
      expect.stringMatching(/^nanodet-g-[0-9a-f]{16}\.onnx$/),
      expect.stringMatching(/^nanodet-g-[0-9a-f]{16}\.onnx\.sha256$/),
    ]);
  });

  it('says so when it can’t write', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    await expect(prepareEmbeddedModel(join(file, 'inside'))).rejects.toMatchObject({ code: 'storage_failed' });
  });
});
