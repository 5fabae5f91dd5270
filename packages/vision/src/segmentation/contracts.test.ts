import { expect, it } from 'vitest';
import { EMBED_CONTRACTS } from '../embedding/contracts.js';
import { decodeModel, modelInputs, modelMetadata, modelOutputs } from '../onnx/model-file.js';
import type { GraphFile } from '../tasks/task-model.js';
import { colourSegmenter, type SegmentFamily } from '../testing/colour-segmenter.js';
import { SEGMENT_CONTRACTS } from './contracts.js';

const FAMILIES: [SegmentFamily, string][] = [
  ['sam', 'sam'],
  ['sam-lines', 'sam'],
  ['sam-optimum', 'sam-optimum'],
  ['sam2', 'sam2'],
  ['efficient-sam', 'efficient-sam'],
  ['picosam3', 'picosam3'],
  ['yolo-seg', 'yolo-seg'],
];

it.each(FAMILIES)('the graphs of %s fit one contract each', (variant, family) => {
  for (const [role, bytes] of Object.entries(colourSegmenter(variant))) {
    const graph = graphFile(bytes);
    const fitting = [...SEGMENT_CONTRACTS, ...EMBED_CONTRACTS].filter((contract) => contract.fits(graph));
    expect(fitting).toMatchObject([{ task: 'segment', family, role }]);
  }
});

it('a pose model with the same inputs and outputs is not a segmenter', () => {
  const { inputs, outputs } = graphFile(colourSegmenter('yolo-seg').model!);
  const graph = { path: '', inputs, outputs, metadata: new Map([['task', 'pose']]) };
  expect(SEGMENT_CONTRACTS.filter((contract) => contract.fits(graph))).toEqual([]);
});

it.each([
  ['a missing input', (graph: GraphFile) => ({ ...graph, inputs: graph.inputs.slice(1) })],
  [
    'another input',
    (graph: GraphFile) => ({ ...graph, inputs: [...graph.inputs, { ...graph.inputs[0]!, name: 'extra' }] }),
  ],
  ['another rank', (graph: GraphFile) => ({ ...graph, inputs: graph.inputs.map((one) => ({ ...one, shape: [1] })) })],
  ['a missing output', (graph: GraphFile) => ({ ...graph, outputs: graph.outputs.slice(1) })],
])('a decoder with %s fits none', (_, change) => {
  const graph = change(graphFile(colourSegmenter('sam').decoder!));
  expect(SEGMENT_CONTRACTS.filter((contract) => contract.fits(graph))).toEqual([]);
});

function graphFile(bytes: Uint8Array): GraphFile {
  const model = decodeModel(bytes);
  return { path: '', inputs: modelInputs(model), outputs: modelOutputs(model), metadata: modelMetadata(model) };
}
