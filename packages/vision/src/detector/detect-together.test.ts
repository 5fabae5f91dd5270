import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planLetterbox } from '../model-info/letterbox.js';
import type { ModelInfo } from '../model-info/model-info.js';
import { embeddedModel, resolveModel } from '../models/index.js';
import type { ModelRunner } from '../runtime/model-runner.js';
import { openRunner } from '../runtime/onnx-runner.js';
import { brightnessModel } from '../testing/odd-model.js';
import type { Detector } from './detector.js';
import { MAX_TOGETHER, measureTogether } from './device-trials.js';
import { createDetector } from './format-detector.js';
import { openDetector } from './open-detector.js';

let directory: string;
let asFile: ModelInfo;
let runner: ModelRunner;
let detector: Detector;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-together-'));
  const path = join(directory, 'brightness.onnx');
  writeFileSync(path, brightnessModel());
  const model = await resolveModel(path, { modelsDir: directory });
  // As on a server elsewhere: the file unchanged, with its pictures prepared here.
  asFile = { ...model, path, preparation: model.source!.preparation };
  runner = await openRunner(asFile);
  detector = await createDetector(asFile, runner);
});
afterAll(async () => {
  await detector?.close();
  rmSync(directory, { recursive: true, force: true });
});

const source = { sourceWidth: 128, sourceHeight: 64 };
const options = { confidence: 0.1, iou: 0.6, maxDetections: 100 };

function task(brightness: number, more: object = {}) {
  const letterbox = planLetterbox(asFile, source.sourceWidth, source.sourceHeight, 64);
  const rgb = new Float32Array(letterbox.width * letterbox.height * 3).fill(brightness);
  return { rgb, letterbox, ...source, options: { ...options, ...more } };
}

const alone = async ({ rgb, letterbox, sourceWidth, sourceHeight, options: how }: ReturnType<typeof task>) =>
  (await detector.detect(rgb, letterbox, sourceWidth, sourceHeight, how)).detections;

describe('pictures in one run', () => {
  it('get the boxes that each gets alone, by the options of each', async () => {
    const tasks = [
      task(255),
      task(100),
      task(0),
      task(200, { confidence: 0.9 }),
      task(180, { classIds: new Set([5]) }),
    ];
    expect(detector.takesTogether).toBe(true);
    const results = await detector.detectTogether(tasks);
    const expected = [];
    for (const one of tasks) expected.push(await alone(one));
    expect(results.map(({ detections }) => detections)).toEqual(expected);
    expect(expected.map(({ length }) => length)).toEqual([1, 1, 0, 0, 0]);
    expect(expected[0]![0]!.bbox).not.toEqual(expected[1]![0]!.bbox);
  });

  it('may be none or one', async () => {
    expect(await detector.detectTogether([])).toEqual([]);
    const [one] = await detector.detectTogether([task(100)]);
    expect(one!.detections).toEqual(await alone(task(100)));
  });

  it('are run one by one by a model that takes one only', async () => {
    const embedded = await openDetector(embeddedModel());
    expect(embedded.takesTogether).toBe(false);
    const letterbox = planLetterbox(embedded.info, 64, 64, 320);
    const rgb = new Float32Array(letterbox.width * letterbox.height * 3);
    const one = { rgb, letterbox, sourceWidth: 64, sourceHeight: 64, options };
    expect((await embedded.detectTogether([one, one])).map(({ detections }) => detections)).toEqual([[], []]);
    expect(await measureTogether(embedded)).toBe(1);
    await embedded.close();
  });

  it('are refused where the outputs are not of as many', async () => {
    const mixing: ModelRunner = {
      ...runner,
      inputs: runner.inputs,
      outputs: runner.outputs,
      provider: 'test',
      close: async () => undefined,
      run: async (inputs) => (await runner.run(inputs)).map((one) => ({ ...one, dims: [1, 5, one.data.length / 5] })),
    };
    const mixed = await createDetector(asFile, mixing);
    await expect(mixed.detectTogether([task(1), task(2)])).rejects.toThrow(/Of 2 pictures/);
  });
});

describe('measuring', () => {
  /** A device whose runs take `costMs(pictures)` by a clock of its own. */
  async function measuredAs(costMs: (pictures: number) => number): Promise<number> {
    let nowMs = 0;
    const timed: ModelRunner = {
      provider: 'test',
      inputs: runner.inputs,
      outputs: runner.outputs,
      close: async () => undefined,
      run: (inputs) => {
        nowMs += costMs(inputs[0]!.dims[0]!);
        return runner.run(inputs);
      },
    };
    return measureTogether(await createDetector(asFile, timed), () => nowMs);
  }

  it('gives up where a device is too slow to be of use', async () => {
    let runs = 0;
    const slow = await measuredAs((pictures) => {
      runs++;
      return 1000 + pictures * 500;
    });
    expect(slow).toBe(1);
    // The run that checks the format of the outputs, and the first with several pictures.
    expect(runs).toBe(2);
  });

  it('takes pictures together only where that gains clearly', async () => {
    expect(await measuredAs((pictures) => 10 * pictures)).toBe(1);
    expect(await measuredAs((pictures) => 3 + 7 * pictures)).toBe(1);
    expect(await measuredAs((pictures) => 6 + 4 * pictures)).toBe(MAX_TOGETHER);
    expect(await measuredAs(() => 10)).toBe(MAX_TOGETHER);
  });
});
