import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { Preparation } from '../model-info/model-info.js';
import { IMAGENET_BGR, RAW_BGR, UNIT_IMAGENET, UNIT_RGB } from '../testing/preparations.js';
import { echoModel } from '../testing/tiny-model.js';
import { foldInput, IMAGE_INPUT, imageInput } from './fold-input.js';
import { decodeModel, encodeModel, modelInputs } from './model-file.js';

const WIDTH = 4;
const HEIGHT = 2;
/** Levels between bytes too. */
const RGB = Float32Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => (i * 37.25) % 255);

describe('foldInput', () => {
  it.each([
    { name: 'BGR with mean and deviation', preparation: IMAGENET_BGR },
    { name: 'RGB from 0 to 1', preparation: UNIT_RGB },
    { name: 'BGR bytes', preparation: RAW_BGR },
    { name: 'RGB from 0 to 1 with mean and deviation', preparation: UNIT_IMAGENET },
  ])('gives the model what plain code would: $name', async ({ preparation }) => {
    expect(maxDifference(await seen([1, 3, HEIGHT, WIDTH], preparation), prepared(preparation, true))).toBeLessThan(
      1e-5,
    );
    expect(maxDifference(await seen([1, HEIGHT, WIDTH, 3], preparation), prepared(preparation, false))).toBeLessThan(
      1e-5,
    );
  });

  it('takes any size where the model does', async () => {
    expect(await seen(['batch', 3, 'height', 'width'], UNIT_RGB)).toHaveLength(RGB.length);
  });

  it('feeds float16 models and gives float32 back', async () => {
    const values = await seen([1, 3, HEIGHT, WIDTH], UNIT_RGB, 'float16');
    expect(values).toBeInstanceOf(Float32Array);
    expect(maxDifference(values, prepared(UNIT_RGB, true))).toBeLessThan(1e-3);
  });

  it('rounds for models that take bytes', async () => {
    const values = await seen([1, HEIGHT, WIDTH, 3], UNIT_RGB, 'uint8');
    expect([...values]).toEqual([...RGB].map(Math.round));
  });

  it('leaves a model alone whose weights lie in other files, or that is too old', () => {
    for (const spoil of [
      (model: ReturnType<typeof decodeModel>) => {
        model.graph.initializer.push({ name: 'w', dims: [1], dataType: 1, dataLocation: 1, externalData: [] });
      },
      (model: ReturnType<typeof decodeModel>) => {
        model.opsetImport[0]!.version = 6;
      },
    ]) {
      const model = decodeModel(echoModel('float32', [1, 3, HEIGHT, WIDTH]));
      spoil(model);
      const before = encodeModel(model);
      expect(foldInput(model, imageInput(model)!, UNIT_RGB)).toBe(false);
      expect(encodeModel(model)).toEqual(before);
    }
  });

  it('names the one new input and keeps the old one’s size', () => {
    const model = decodeModel(echoModel('float32', [1, 3, 64, 96]));
    foldInput(model, imageInput(model)!, UNIT_RGB);
    expect(modelInputs(decodeModel(encodeModel(model)))).toEqual([
      { name: IMAGE_INPUT, type: 'float32', shape: [1, 64, 96, 3] },
    ]);
  });
});

/** What an echo model behind a folded input gets to see. */
async function seen(
  input: (number | string)[],
  preparation: Preparation,
  type: 'float32' | 'float16' | 'uint8' = 'float32',
) {
  const model = decodeModel(echoModel(type, input));
  expect(foldInput(model, imageInput(model)!, preparation)).toBe(true);
  const session = await InferenceSession.create(encodeModel(model), { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const results = await session.run({ [IMAGE_INPUT]: new Tensor('float32', RGB, [1, HEIGHT, WIDTH, 3]) });
  await session.release();
  return Object.values(results)[0]!.data as Float32Array;
}

function prepared({ layout, mean, std, scale }: Preparation, planar: boolean): number[] {
  const out: number[] = [];
  for (let pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const to = layout === 'BGR' ? 2 - channel : channel;
      const value = (RGB[pixel * 3 + channel]! * scale - mean[channel]!) / std[channel]!;
      out[planar ? to * WIDTH * HEIGHT + pixel : pixel * 3 + to] = value;
    }
  }
  return out;
}

function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a, (value, i) => Math.abs(value - b[i]!)).reduce((most, value) => Math.max(most, value), 0);
}
