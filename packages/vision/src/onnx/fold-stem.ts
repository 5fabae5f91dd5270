import type { Preparation } from '../model-info.js';
import { floatTensor, int64Tensor, onnxNode } from './build.js';
import { constantsOf, float32Values, int64Values } from './constants.js';
import { dropUnused, intsOf, withoutUnused } from './graph.js';
import { opsetVersion, toNumber } from './model-file.js';
import type { OnnxGraph, OnnxModel, OnnxNode, OnnxTensor } from './schema.js';

/** What the first convolution sees of the picture: every `step`-th pixel of both axes, from each of `offsets` on. */
interface Sampling {
  step: 1 | 2;
  /** Row and column of the first pixel, for each three channels of the convolution's input. */
  offsets: readonly (readonly [row: number, column: number])[];
}

interface Stem extends Sampling {
  convolution: OnnxNode;
  weights: OnnxTensor;
  /** Of the weights, row-major. */
  values: Float32Array;
}

/** Numbers of a pixel: rows of RGB are read as rows of one channel, three times as wide. */
const CHANNELS = 3;
/** Unsqueeze takes its axes as an input from here on. */
const AXES_AS_INPUT = 13;
/** Exporters write "to the end" as the greatest number of 64 bits, or of 32. */
const TO_THE_END = 2 ** 31 - 1;

const WIDE_INPUT = 'lookout_pixels';
const WIDE_WEIGHTS = 'lookout_stem';

/**
 * Merges the preparation of a picture into the first convolution of a model: a kernel of k×k over three planes is one of k×3k over
 * rows of interleaved RGB, with the scale and the order of the channels in its weights. The picture is neither turned into planes
 * nor multiplied; where the model sorts every other pixel into planes first (the Focus layer of YOLOX and early YOLOv5, which is a
 * convolution of twice the size and stride), that falls away as well: together 8 % of YOLOX-nano's time.
 * @param image name of the input, N×3×H×W of float32
 * @param pixels name of float32 N×H×W×3 RGB
 * @returns the nodes to put in front; `undefined` where the model begins with something else: nothing is changed then.
 */
export function foldStem(
  model: OnnxModel,
  image: string,
  pixels: string,
  { layout, scale, mean, std }: Preparation,
): OnnxNode[] | undefined {
  const { graph } = model;
  const stem = findStem(graph, image);
  if (!stem) return undefined;
  const { convolution, step } = stem;
  const changed = graph.node.map((node) => (node === convolution ? widened(convolution, step) : node));
  const rest = withoutUnused(graph, changed);
  if (rest.some(({ input }) => input.includes(image))) return undefined;
  graph.node = rest;
  dropUnused(graph, stem.weights);
  const placeOf = (channel: number) => (layout === 'BGR' ? CHANNELS - 1 - channel : channel);
  const factors = std.map((value) => scale / value);
  graph.initializer.push(widenedWeights(stem, placeOf, factors));
  const means = mean.map((value) => value / scale);
  return wideInput(model, pixels, means);
}

/** Rows of pixels as rows of one channel, less the mean: only what is left may meet the border, which is filled with zeros. */
function wideInput(model: OnnxModel, pixels: string, means: readonly number[]): OnnxNode[] {
  const list = (name: string, values: number[]) => {
    model.graph.initializer.push(int64Tensor(name, values));
    return name;
  };
  const axesAsInput = opsetVersion(model) >= AXES_AS_INPUT;
  const hasMean = means.some((value) => value !== 0);
  const wide = hasMean ? 'lookout_plane_values' : WIDE_INPUT;
  const plane = axesAsInput ? ['lookout_row_values', list('lookout_plane', [1])] : ['lookout_row_values'];
  const nodes = [
    onnxNode('Reshape', [pixels, list('lookout_rows', [0, 0, -1])], ['lookout_row_values']),
    onnxNode('Unsqueeze', plane, [wide], axesAsInput ? {} : { axes: [1] }),
  ];
  if (!hasMean) return nodes;
  model.graph.initializer.push(floatTensor('lookout_means', [CHANNELS], Float32Array.from(means)));
  return [
    ...nodes,
    onnxNode('Shape', [pixels], ['lookout_shape']),
    onnxNode('Gather', ['lookout_shape', list('lookout_width_axis', [2])], ['lookout_width']),
    onnxNode('Tile', ['lookout_means', 'lookout_width'], ['lookout_row_of_means']),
    onnxNode('Sub', [wide, 'lookout_row_of_means'], [WIDE_INPUT]),
  ];
}

function findStem(graph: OnnxGraph, image: string): Stem | undefined {
  const constants = constantsOf(graph);
  const producers = new Map(graph.node.flatMap((node) => node.output.map((name) => [name, node])));
  for (const convolution of graph.node) {
    if (convolution.opType !== 'Conv') continue;
    const sampling = samplingOf(convolution.input[0]!, image, producers, constants);
    const weights = constants.get(convolution.input[1]!);
    if (!sampling || !weights) continue;
    const values = float32Values(weights);
    const [, channels, height, width] = weights.dims.map(toNumber);
    if (!values || weights.dims.length !== 4 || channels !== sampling.offsets.length * CHANNELS) return undefined;
    const kernel = intsOf(convolution, 'kernel_shape') ?? [height!, width!];
    const isPlain =
      kernel[0] === height &&
      kernel[1] === width &&
      (intsOf(convolution, 'dilations') ?? [1]).every((value) => value === 1) &&
      convolution.attribute.every(
        ({ name, s }) => name !== 'auto_pad' || Buffer.from(s ?? []).toString() === 'NOTSET',
      ) &&
      convolution.attribute.every(({ name, i }) => name !== 'group' || toNumber(i ?? 1) === 1);
    return isPlain ? { ...sampling, convolution, weights, values } : undefined;
  }
  return undefined;
}

/** How a tensor is made of the picture: it is the picture, or its even and odd pixels in four parts. */
function samplingOf(
  name: string,
  image: string,
  producers: ReadonlyMap<string, OnnxNode>,
  constants: ReadonlyMap<string, OnnxTensor>,
): Sampling | undefined {
  if (name === image) return { step: 1, offsets: [[0, 0]] };
  const join = producers.get(name);
  if (join?.opType !== 'Concat' || join.input.length !== 4) return undefined;
  if (toNumber(join.attribute.find((one) => one.name === 'axis')?.i ?? 0) !== 1) return undefined;
  const offsets: [number, number][] = [];
  for (const part of join.input) {
    const starts = everyOtherFrom(part, image, producers, constants);
    if (!starts) return undefined;
    offsets.push(starts);
  }
  const isWhole = new Set(offsets.map(String)).size === 4;
  return isWhole ? { step: 2, offsets } : undefined;
}

/** Row and column from which on a tensor has every other one of the picture. */
function everyOtherFrom(
  name: string,
  image: string,
  producers: ReadonlyMap<string, OnnxNode>,
  constants: ReadonlyMap<string, OnnxTensor>,
): [number, number] | undefined {
  const starts = new Map<number, number>();
  for (let at = name; at !== image; ) {
    const slice = producers.get(at);
    if (slice?.opType !== 'Slice') return undefined;
    const [data, ...lists] = slice.input;
    const [from, to, axes, steps] = lists.map((list) => int64Values(constants.get(list)));
    if (!from || !to || !axes || !steps) return undefined;
    for (const [i, axis] of axes.entries()) {
      if (starts.has(axis) || steps[i] !== 2 || (from[i] !== 0 && from[i] !== 1) || to[i]! < TO_THE_END)
        return undefined;
      starts.set(axis, from[i]);
    }
    at = data!;
  }
  const [row, column] = [starts.get(2), starts.get(3)];
  return starts.size === 2 && row !== undefined && column !== undefined ? [row, column] : undefined;
}

function widened(convolution: OnnxNode, step: number): OnnxNode {
  const [strideY, strideX] = intsOf(convolution, 'strides') ?? [1, 1];
  const [top, left, bottom, right] = intsOf(convolution, 'pads') ?? [0, 0, 0, 0];
  const wide = step * CHANNELS;
  return onnxNode('Conv', [WIDE_INPUT, WIDE_WEIGHTS, ...convolution.input.slice(2)], convolution.output, {
    strides: [strideY! * step, strideX! * wide],
    pads: [top! * step, left! * wide, bottom! * step, right! * wide],
  });
}

/** @param placeOf which number of a pixel a channel is. @param factors by place. */
function widenedWeights(
  { weights, values, step, offsets }: Stem,
  placeOf: (channel: number) => number,
  factors: readonly number[],
): OnnxTensor {
  const [filters, channels, height, width] = weights.dims.map(toNumber) as [number, number, number, number];
  const [rows, columns] = [height * step, width * step * CHANNELS];
  const wide = new Float32Array(filters * rows * columns);
  let read = 0;
  for (let filter = 0; filter < filters; filter++) {
    for (let channel = 0; channel < channels; channel++) {
      const [row, column] = offsets[Math.floor(channel / CHANNELS)]!;
      const place = placeOf(channel % CHANNELS);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const at = (filter * rows + y * step + row) * columns + (x * step + column) * CHANNELS + place;
          wide[at] = values[read++]! * factors[place]!;
        }
      }
    }
  }
  return floatTensor(WIDE_WEIGHTS, [filters, 1, rows, columns], wide);
}
