import { expect, it } from 'vitest';
import type { Preparation } from '../model-info/model-info.js';
import { floatToHalf, halfToFloat } from '../onnx/half-float.js';
import type { TensorType } from '../runtime/model-runner.js';
import { ImageInput } from './tensors.js';

const none: Preparation = { layout: 'RGB', scale: 1, mean: [0, 0, 0], std: [1, 1, 1] };
/** Two pixels: 1, 2, 3 and 101, 102, 103. */
const rgb = Float32Array.of(1, 2, 3, 101, 102, 103);

function feed(
  type: TensorType,
  shape: (number | string)[],
  preparation: Preparation | undefined,
  picture: Float32Array = rgb,
) {
  const [image, ...others] = new ImageInput([{ name: 'x', type, shape }], preparation).feeds([picture], 2, 1);
  expect(others).toEqual([]);
  return { dims: image!.dims, data: image!.data };
}

it('gives a picture as it is where the graph takes it so', () => {
  expect(feed('float32', [1, 'h', 'w', 3], undefined).data).toBe(rgb);
  expect(feed('float32', [1, 'h', 'w', 3], none).data).toBe(rgb);
});

it('rounds to bytes, in the order that is wanted', () => {
  expect(feed('uint8', [1, 'h', 'w', 3], none).data).toEqual(Uint8Array.from(rgb));
  expect(feed('uint8', [1, 'h', 'w', 3], { ...none, layout: 'BGR' }).data).toEqual(
    Uint8Array.of(3, 2, 1, 103, 102, 101),
  );
  const planes = { dims: [1, 3, 1, 2], data: Uint8Array.of(1, 101, 2, 102, 3, 103) };
  expect(feed('uint8', [1, 3, 'h', 'w'], undefined)).toEqual(planes);
  const between = Float32Array.of(0, 0.4, 0.6, 254.4, 254.6, 255);
  expect(feed('uint8', [1, 'h', 'w', 3], undefined, between).data).toEqual(Uint8Array.of(0, 0, 1, 254, 255, 255));
});

it('prepares floats', () => {
  const preparation: Preparation = { layout: 'BGR', scale: 0.5, mean: [0.5, 1, 1.5], std: [1, 2, 4] };
  const [r, g, b] = [0, 0, 0].map(
    (_, i) => (level: number) => (level * 0.5 - preparation.mean[i]!) / preparation.std[i]!,
  );
  const planes = Float32Array.of(b!(3), b!(103), g!(2), g!(102), r!(1), r!(101));
  expect(feed('float32', [1, 3, 'h', 'w'], preparation)).toEqual({ dims: [1, 3, 1, 2], data: planes });
  const pixels = Float32Array.of(b!(3), g!(2), r!(1), b!(103), g!(102), r!(101));
  expect(feed('float32', [1, 'h', 'w', 3], preparation)).toEqual({ dims: [1, 1, 2, 3], data: pixels });
  const between = Float32Array.of(0.25, 0, 0, 99.75, 0, 0);
  const halved = between.map((level) => level / 2);
  expect(feed('float32', [1, 'h', 'w', 3], { ...none, scale: 0.5 }, between).data).toEqual(halved);
});

it('prepares half floats', () => {
  // 1, 2, 3 and 101, 102, 103 have these bits.
  const halves = Uint16Array.of(0x3c00, 0x4000, 0x4200, 0x5650, 0x5660, 0x5670);
  expect(feed('float16', [1, 'h', 'w', 3], none).data).toEqual(halves);
  // 0.5, 1.5, 2.25 and 100.5, 200.5, 255 have these.
  const between = Uint16Array.of(0x3800, 0x3e00, 0x4080, 0x5648, 0x5a44, 0x5bf8);
  const picture = Float32Array.of(0.5, 1.5, 2.25, 100.5, 200.5, 255);
  expect(feed('float16', [1, 'h', 'w', 3], none, picture).data).toEqual(between);
});

it('refuses inputs that no picture can be', () => {
  expect(() => feed('int64', [1, 3, 'h', 'w'], none)).toThrow(/is int64/);
  expect(() => feed('float32', [1, 3, 'h', 'w'], undefined)).toThrow(/is float32/);
  expect(() => feed('float32', [1, 3], none)).toThrow(/missing/);
});

it('gives every half float back', () => {
  for (let half = 0; half < 0x10000; half++) {
    const value = halfToFloat(half);
    // There are many NaN.
    if (Number.isNaN(value)) expect(floatToHalf(value)).toBe(0x7e00);
    else if (floatToHalf(value) !== half) throw new Error(`${half} is ${value}, which becomes ${floatToHalf(value)}`);
  }
});

it.each([
  [1 + 2 ** -11, 0x3c00],
  [1 + 3 * 2 ** -11, 0x3c02],
  [1 + 2 ** -11 + 2 ** -20, 0x3c01],
  [2 - 2 ** -12, 0x4000],
  [2 ** -25, 0],
  [2 ** -25 * 1.01, 1],
  [2 ** -14 - 2 ** -26, 0x0400],
  [65_519, 0x7bff],
  [65_520, 0x7c00],
  [-1e9, 0xfc00],
])('rounds %d to the nearest, ties to even', (value, half) => {
  expect(floatToHalf(value)).toBe(half);
});
