import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { Preparation } from '../model-info.js';
import { IMAGENET_BGR, RAW_BGR, UNIT_IMAGENET, UNIT_RGB } from '../testing/preparations.js';
import { type AttributeValue, floatTensor, int64Tensor, onnxNode, valueInfo } from './build.js';
import { foldInput, IMAGE_INPUT, imageInput } from './fold-input.js';
import { encodeModel, modelInputs } from './model-file.js';
import { ATTRIBUTE_TYPE, ELEMENT_TYPE, type OnnxModel, type OnnxNode, type OnnxTensor } from './schema.js';

const [WIDTH, HEIGHT] = [12, 10];
const RGB = Float32Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => (i * 37.25) % 255);
const LAST = 2 ** 53;

describe('foldStem', () => {
  it.each<{ name: string; kernel: number[]; attributes: Record<string, AttributeValue>; preparation: Preparation }>([
    {
      name: '3×3 at stride 2',
      kernel: [3, 3],
      attributes: { strides: [2, 2], pads: [1, 1, 1, 1] },
      preparation: UNIT_RGB,
    },
    {
      name: 'BGR less a mean',
      kernel: [3, 3],
      attributes: { strides: [2, 2], pads: [1, 1, 1, 1] },
      preparation: IMAGENET_BGR,
    },
    {
      name: 'a border on two sides',
      kernel: [6, 4],
      attributes: { strides: [1, 3], pads: [0, 1, 2, 0] },
      preparation: RAW_BGR,
    },
    { name: 'no border, no stride', kernel: [5, 5], attributes: {}, preparation: UNIT_IMAGENET },
  ])('makes one convolution over bytes of: $name', async ({ kernel, attributes, preparation }) => {
    await expectSame(() => stemModel([conv('images', attributes)], [weights(3, kernel)]), preparation);
  });

  it.each([{ preparation: RAW_BGR }, { preparation: IMAGENET_BGR }])(
    'makes one convolution of every other pixel sorted into planes, %j',
    async ({ preparation }) => {
      await expectSame(() => focusModel({ strides: [1, 1], pads: [1, 1, 1, 1] }), preparation);
      await expectSame(() => focusModel({ strides: [2, 2] }), preparation);
    },
  );

  it('works before operator set 13, where axes are attributes', async () => {
    const model = () => ({ ...focusModel({}), opsetImport: [{ domain: '', version: 11 }] });
    await expectSame(model, UNIT_RGB);
  });

  it('works where weights are listed among the inputs, as old exporters do', async () => {
    const model = () => {
      const old = { ...focusModel({}), irVersion: 3, opsetImport: [{ domain: '', version: 11 }] };
      const listed = old.graph.initializer.map(({ name, dims, dataType }) =>
        valueInfo(name!, dataType === ELEMENT_TYPE.float32 ? 'float32' : 'int64', dims as number[]),
      );
      old.graph.input.push(...listed);
      return old;
    };
    await expectSame(model, UNIT_RGB);
    const merged = model();
    foldInput(merged, imageInput(merged)!, UNIT_RGB);
    expect(modelInputs(merged).map(({ name }) => name)).toEqual([IMAGE_INPUT]);
  });

  it.each([
    { name: 'a gap in the kernel', nodes: [conv('images', { dilations: [2, 2] })], kernel: [3, 3] },
    { name: 'a border left to the runtime', nodes: [conv('images', { auto_pad: 'SAME_UPPER' })], kernel: [3, 3] },
    { name: 'one filter per channel', nodes: [conv('images', { group: 3 })], kernel: [3, 3], channels: 1, filters: 6 },
    {
      name: 'something before the convolution',
      nodes: [onnxNode('Relu', ['images'], ['half']), conv('half')],
      kernel: [3, 3],
    },
    {
      name: 'another who sees the picture',
      nodes: [
        conv('images'),
        onnxNode('ReduceMean', ['images'], ['half'], { keepdims: 0 }),
        onnxNode('Add', ['seen', 'half'], ['out']),
      ],
      kernel: [3, 3],
      convOut: 'seen',
    },
  ])('leaves alone: $name', async ({ nodes, kernel, channels = 3, filters = 4, convOut = 'out' }) => {
    const named = nodes.map((node) => (node.opType === 'Conv' ? { ...node, name: convOut, output: [convOut] } : node));
    const model = stemModel(named, [weights(channels, kernel, filters)], filters);
    foldInput(model, imageInput(model)!, UNIT_RGB);
    expect(model.graph.node.filter(({ opType }) => opType === 'Conv').map(({ input }) => input[1])).toEqual([
      'weights',
    ]);
    await run(model);
  });

  it('reads constants that are nodes', async () => {
    const model = () => {
      const built = focusModel({});
      const lists = built.graph.initializer.filter(({ dataType }) => dataType === ELEMENT_TYPE.int64);
      built.graph.initializer = built.graph.initializer.filter((tensor) => !lists.includes(tensor));
      const nodes = lists.map((t) => ({
        ...onnxNode('Constant', [], [t.name!]),
        attribute: [{ name: 'value', type: ATTRIBUTE_TYPE.tensor, t: { ...t, name: '' } }],
      }));
      built.graph.node.unshift(...nodes);
      return built;
    };
    await expectSame(model, UNIT_RGB);
  });

  it.each([ELEMENT_TYPE.float32, ELEMENT_TYPE.int64])(
    'leaves alone numbers that are not raw bytes, type %i',
    (type) => {
      const model = focusModel({});
      // A reader gives an empty list for a field that the file does not have.
      for (const tensor of model.graph.initializer) if (tensor.dataType === type) tensor.rawData = [] as never;
      foldInput(model, imageInput(model)!, UNIT_RGB);
      expect(model.graph.node.some(({ opType }) => opType === 'Slice')).toBe(true);
    },
  );

  it('leaves alone every other pixel where a part is missing', () => {
    const model = focusModel({}, [
      [0, 0],
      [1, 0],
      [0, 1],
      [0, 1],
    ]);
    foldInput(model, imageInput(model)!, UNIT_RGB);
    expect(model.graph.node.some(({ opType }) => opType === 'Slice')).toBe(true);
  });
});

/** The folded model has one convolution over bytes and gives what it gives with the picture in planes. */
async function expectSame(build: () => OnnxModel, preparation: Preparation): Promise<void> {
  const merged = build();
  foldInput(merged, imageInput(merged)!, preparation);
  const left = merged.graph.node.map(({ opType }) => opType);
  for (const gone of ['Transpose', 'Gather', 'Mul', 'Slice', 'Concat']) {
    // The width of the picture is gathered, for a row of means as wide.
    const few = gone === 'Gather' && preparation.mean.some((value) => value !== 0) ? 1 : 0;
    expect(left.filter((opType) => opType === gone)).toHaveLength(few);
  }
  const plain = build();
  // Who else uses the picture needs it in planes.
  plain.graph.node.push(onnxNode('Identity', ['images'], ['seen']));
  plain.graph.output.push(valueInfo('seen', 'float32', ['a', 'b', 'c', 'd']));
  foldInput(plain, imageInput(plain)!, preparation);
  expect(plain.graph.node.some(({ opType }) => opType === 'Transpose')).toBe(true);

  const [ours, theirs] = [await run(merged), await run(plain)];
  expect(ours.dims).toEqual(theirs.dims);
  const scale = Math.max(...theirs.data.map(Math.abs));
  for (const [i, value] of ours.data.entries()) expect(Math.abs(value - theirs.data[i]!) / scale).toBeLessThan(1e-5);
}

async function run(model: OnnxModel): Promise<{ dims: readonly number[]; data: Float32Array }> {
  const session = await InferenceSession.create(encodeModel(model), { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const { out } = await session.run({ [IMAGE_INPUT]: new Tensor('float32', RGB, [1, HEIGHT, WIDTH, 3]) });
  await session.release();
  return { dims: out!.dims, data: out!.data as Float32Array };
}

function conv(input: string, attributes: Record<string, AttributeValue> = {}): OnnxNode {
  return onnxNode('Conv', [input, 'weights', 'bias'], ['out'], attributes);
}

function weights(channels: number, kernel: readonly number[], filters = 4): OnnxTensor {
  const dims = [filters, channels, ...kernel];
  const length = dims.reduce((product, size) => product * size, 1);
  return floatTensor(
    'weights',
    dims,
    Float32Array.from({ length }, (_, i) => Math.sin(i + 1)),
  );
}

/** The even and odd rows and columns of the picture in four parts, and a convolution over all of them. */
function focusModel(
  attributes: Record<string, AttributeValue>,
  parts = [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ],
): OnnxModel {
  const constants = [0, 1, 2, 3, LAST].map((value) => int64Tensor(`list_${value}`, [value]));
  const slice = (from: string, to: string, start: number, axis: number) =>
    onnxNode('Slice', [from, `list_${start}`, `list_${LAST}`, `list_${axis}`, 'list_2'], [to]);
  const nodes = parts.flatMap(([row, column], i) => [
    slice('images', `rows_${i}`, row!, 2),
    slice(`rows_${i}`, `part_${i}`, column!, 3),
  ]);
  nodes.push(
    onnxNode(
      'Concat',
      parts.map((_, i) => `part_${i}`),
      ['parts'],
      { axis: 1 },
    ),
    conv('parts', attributes),
  );
  return stemModel(nodes, [weights(12, [3, 3]), ...constants]);
}

function stemModel(nodes: OnnxNode[], constants: OnnxTensor[], filters = 4): OnnxModel {
  const bias = floatTensor(
    'bias',
    [filters],
    Float32Array.from({ length: filters }, (_, i) => i),
  );
  return {
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    metadataProps: [],
    graph: {
      name: 'stem',
      node: nodes,
      initializer: [...constants, bias],
      input: [valueInfo('images', 'float32', [1, 3, 'height', 'width'])],
      output: [valueInfo('out', 'float32', ['a', 'b', 'c', 'd'])],
      valueInfo: [],
    },
  };
}
