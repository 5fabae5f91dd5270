import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDetector } from '../detector/open-detector.js';
import { planLetterbox } from '../model-info/letterbox.js';
import { resolveModel } from '../models/resolve.js';
import { type OddModelOptions, oddModel } from './odd-model.js';
import { pngTrial } from './trial.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lookout-odd-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function open(options: OddModelOptions) {
  const path = join(folder, `${JSON.stringify(options).replace(/\W/g, '')}.onnx`);
  writeFileSync(path, oddModel(options));
  return openDetector(await resolveModel(path, { modelsDir: folder }));
}

const flat = (value: number) => new Float32Array(64 * 64 * 3).fill(value);
const options = { confidence: 0.5, iou: 0.6, maxDetections: 10 };

describe('oddModel', () => {
  it('sees one thing, in whatever picture', async () => {
    const detector = await open({});
    const { detections } = await detector.detect(
      flat(255),
      planLetterbox(detector.info, 640, 640, 64),
      640,
      640,
      options,
    );
    expect(detections).toMatchObject([{ class_name: 'thing', bbox: [160, 160, 480, 480] }]);
    await detector.close();
  });

  it('fails where it is to, with a clear error, and not the time after', async () => {
    const detector = await open({ failsFrom: 200 });
    const letterbox = planLetterbox(detector.info, 640, 640, 64);
    await expect(detector.detect(flat(210), letterbox, 640, 640, options)).rejects.toMatchObject({
      code: 'inference_failed',
      message: expect.stringMatching(/^Model \w+ failed: .*Gather/),
    });
    expect((await detector.detect(flat(190), letterbox, 640, 640, options)).detections).toHaveLength(1);
    await detector.close();
  });

  it('is found out where it can’t score', async () => {
    const path = join(folder, 'silent.onnx');
    writeFileSync(path, oddModel({ score: 0 }));
    const { reading } = await resolveModel(path, { modelsDir: folder, trial: pngTrial() });
    expect(reading!.warning).toContain('a score of exactly 0 to everything');
  });

  it('that fails at a trial photo may take others all the same, and is told apart by its shapes', async () => {
    const path = join(folder, 'failing.onnx');
    writeFileSync(path, oddModel({ failsFrom: 200 }));
    const info = await resolveModel(path, { modelsDir: folder, trial: pngTrial() });
    expect(info).toMatchObject({ format: 'yolov8', reading: { certainty: 'unsure' } });
    expect(info.reading!.warning).toMatch(/^Model failing fails at a trial photo: /);
  });
});
