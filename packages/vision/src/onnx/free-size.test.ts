import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { imageInput } from './fold-input.js';
import { freeSize } from './free-size.js';
import { floatTensor, int64Tensor, onnxNode, valueInfo } from './graph.js';
import { encodeModel, modelInputs, modelOutputs } from './model-file.js';
import type { OnnxModel } from './schema.js';

const CHANNELS = 6;

/** A detector in small: one row of six numbers per cell of 8×8 pixels, for a picture of 64×64. */
function cellModel(): OnnxModel {
  const weights = Float32Array.from({ length: CHANNELS * 3 * 64 }, (_, i) => ((i * 29) % 17) / 1000);
  return {
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    metadataProps: [],
    graph: {
      name: 'cells',
      node: [
        onnxNode('Conv', ['images', 'weights'], ['cells'], { strides: [8, 8], kernel_shape: [8, 8] }),
        onnxNode('Mul', ['cells', 'scale'], ['scaled']),
        onnxNode('Reshape', ['scaled', 'rows'], ['flat']),
        onnxNode('Transpose', ['flat'], ['output'], { perm: [0, 2, 1] }),
      ],
      initializer: [
        floatTensor('weights', [CHANNELS, 3, 8, 8], weights),
        floatTensor('scale', [1, CHANNELS, 1, 1], Float32Array.from([1, 2, 3, 4, 5, 6])),
        int64Tensor('rows', [1, CHANNELS, -1]),
      ],
      input: [valueInfo('images', 'float32', [1, 3, 64, 64])],
      output: [valueInfo('output', 'float32', [1, 64, CHANNELS])],
      valueInfo: [valueInfo('cells', 'float32', [1, CHANNELS, 8, 8])],
    },
  };
}

async function run(model: OnnxModel, width: number, height: number): Promise<Float32Array> {
  const session = await InferenceSession.create(encodeModel(model), { logSeverityLevel: 3 });
  const pixels = new Float32Array(3 * width * height);
  for (let channel = 0, at = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) pixels[at++] = channel * 50 + y * 3 + (x % 7);
  }
  try {
    return (await session.run({ images: new Tensor(pixels, [1, 3, height, width]) })).output!.data as Float32Array;
  } finally {
    await session.release();
  }
}

describe('freeSize', () => {
  it('lets a model take a part of its picture, with the same result for that part', async () => {
    const whole = await run(cellModel(), 64, 64);
    const model = cellModel();
    expect(freeSize(model, imageInput(model)!, 'yolox')).toBe(true);
    expect(modelInputs(model)[0]!.shape).toEqual([1, 3, 'height', 'width']);
    expect(modelOutputs(model)[0]!.shape).toBeUndefined();
    expect(await run(model, 64, 64)).toEqual(whole);
    // Three of the eight rows of cells.
    expect(await run(model, 64, 24)).toEqual(whole.slice(0, 3 * 8 * CHANNELS));
  });

  it.each<[string, (model: OnnxModel) => void]>([
    ['rows are counted', ({ graph }) => (graph.initializer[2] = int64Tensor('rows', [1, CHANNELS, 64]))],
    ['cells are laid out', ({ graph }) => (graph.initializer[2] = int64Tensor('rows', [1, 2, 3, 8, 8]))],
    [
      'something as large as the picture is added',
      ({ graph }) => {
        graph.initializer[1] = floatTensor('scale', [1, CHANNELS, 8, 8], new Float32Array(CHANNELS * 64));
      },
    ],
    [
      'an operation may depend on the size',
      ({ graph }) => graph.node.splice(1, 1, onnxNode('MatMul', ['cells', 'scale'], ['scaled'])),
    ],
    [
      'it is scaled to a size',
      ({ graph }) => {
        graph.initializer.push(int64Tensor('sizes', [1, CHANNELS, 8, 8]));
        graph.node.splice(1, 1, onnxNode('Resize', ['cells', '', '', 'sizes'], ['scaled']));
      },
    ],
    [
      'an operation is of another set',
      ({ graph }) => {
        graph.node[1]!.domain = 'com.example';
      },
    ],
  ])('leaves a model alone where %s', (_, spoil) => {
    const model = cellModel();
    spoil(model);
    const before = encodeModel(model);
    expect(freeSize(model, imageInput(model)!, 'yolox')).toBe(false);
    expect(encodeModel(model)).toEqual(before);
  });

  it('leaves formats alone that carry their grid in the graph', () => {
    const model = cellModel();
    expect(freeSize(model, imageInput(model)!, 'yolov8')).toBe(false);
  });
});
