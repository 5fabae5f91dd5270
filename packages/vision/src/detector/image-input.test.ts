import { expect, it } from 'vitest';
import type { Preparation } from '../model-info.js';
import { ImageInput } from './image-input.js';
import type { TensorType } from './model-runner.js';

const none: Preparation = { layout: 'RGB', scale: 1, mean: [0, 0, 0], std: [1, 1, 1] };
/** Two pixels: 1, 2, 3 and 101, 102, 103. */
const rgb = Uint8Array.of(1, 2, 3, 101, 102, 103);

function feed(type: TensorType, shape: (number | string)[], preparation: Preparation | undefined) {
  const [image, ...others] = new ImageInput([{ name: 'x', type, shape }], preparation).feeds([rgb], 2, 1);
  expect(others).toEqual([]);
  return { dims: image!.dims, data: image!.data };
}

it('gives bytes as they are, or in the order that is wanted', () => {
  expect(feed('uint8', [1, 'h', 'w', 3], undefined).data).toBe(rgb);
  expect(feed('uint8', [1, 'h', 'w', 3], none).data).toBe(rgb);
  expect(feed('uint8', [1, 'h', 'w', 3], { ...none, layout: 'BGR' }).data).toEqual(
    Uint8Array.of(3, 2, 1, 103, 102, 101),
  );
  const planes = { dims: [1, 3, 1, 2], data: Uint8Array.of(1, 101, 2, 102, 3, 103) };
  expect(feed('uint8', [1, 3, 'h', 'w'], undefined)).toEqual(planes);
});

it('prepares floats', () => {
  const preparation: Preparation = { layout: 'BGR', scale: 0.5, mean: [0.5, 1, 1.5], std: [1, 2, 4] };
  const [r, g, b] = [0, 0, 0].map(
    (_, i) => (byte: number) => (byte * 0.5 - preparation.mean[i]!) / preparation.std[i]!,
  );
  const planes = Float32Array.of(b!(3), b!(103), g!(2), g!(102), r!(1), r!(101));
  expect(feed('float32', [1, 3, 'h', 'w'], preparation)).toEqual({ dims: [1, 3, 1, 2], data: planes });
  const pixels = Float32Array.of(b!(3), g!(2), r!(1), b!(103), g!(102), r!(101));
  expect(feed('float32', [1, 'h', 'w', 3], preparation)).toEqual({ dims: [1, 1, 2, 3], data: pixels });
});

it('prepares half floats', () => {
  // 1, 2, 3 and 101, 102, 103 have these bits.
  const halves = Uint16Array.of(0x3c00, 0x4000, 0x4200, 0x5650, 0x5660, 0x5670);
  expect(feed('float16', [1, 'h', 'w', 3], none).data).toEqual(halves);
});

it('refuses inputs that no picture can be', () => {
  expect(() => feed('int64', [1, 3, 'h', 'w'], none)).toThrow(/is int64/);
  expect(() => feed('float32', [1, 3, 'h', 'w'], undefined)).toThrow(/is float32/);
  expect(() => feed('float32', [1, 3], none)).toThrow(/missing/);
});
