import { LookoutError } from '@lookout/protocol/core';
import type { BoxSink } from '../output-formats/output-format.js';
import { addCentered, sigmoid } from '../output-formats/tables.js';
import type { NamedTensor } from '../runtime/model-runner.js';

interface HeadQueries {
  /** Index of the first query among all. */
  readonly from: number;
  readonly queries: number;
  /** Number of queries of the graph, including padding. */
  readonly count: number;
  /** 0..1 */
  readonly confidence: number;
}

/** Input name and output format of a YOLO family that takes text vectors. */
export interface YoloHead {
  /** Input for the text vectors. */
  readonly vectors: string;
  /** Description of the text tower, for messages. */
  readonly textGraph: string;
  hint(name: string): string;
  /** Adds boxes in input pixels; scores are 0..1, and one box may match several queries. @throws LookoutError `inference_failed` */
  decode(outputs: readonly NamedTensor[], queries: HeadQueries, into: BoxSink): void;
}

const CLIP_B32 = 'input_ids → text_embeds of CLIP ViT-B/32';
const clipHint = (name: string) =>
  `Put text.onnx and tokenizer.json of CLIP ViT-B/32 into models/${name}, beside the detector`;

export const YOLO_HEADS: Readonly<Record<'yolo-world' | 'yolo-world-mm' | 'yoloe', YoloHead>> = {
  'yolo-world': { vectors: 'txt_feats', textGraph: CLIP_B32, hint: clipHint, decode: decodeTable },
  'yolo-world-mm': { vectors: 'text_features', textGraph: CLIP_B32, hint: clipHint, decode: decodeLists },
  yoloe: {
    vectors: 'prompt_embeddings',
    textGraph: 'input_ids → prompt_embeddings of YOLOE',
    hint: (name) =>
      `Put an export of its text tower, including the projector after it, and tokenizer.json into models/${name}`,
    decode: decodeTable,
  },
};

/** `output0` [1, 4 + N (+ mask coefficients), A]: one row per property. Centre and size in pixels, then a score or logit per text. */
function decodeTable(
  outputs: readonly NamedTensor[],
  { from, queries, count, confidence }: HeadQueries,
  into: BoxSink,
): void {
  const table = outputOf(outputs, 'output0');
  const masks = outputs.find(({ dims }) => dims.length === 4)?.dims[1] ?? 0;
  const [, rows = 0, cells = 0] = table.dims;
  if (rows !== 4 + count + masks) throw wrongShape(table, `${4 + count + masks} rows`);
  const data = table.data as Float32Array;
  const scores = data.subarray(4 * cells, (4 + queries) * cells);
  const toScore = scoresOf(scores);
  for (let query = 0; query < queries; query++) {
    for (let cell = 0; cell < cells; cell++) {
      const score = toScore(scores[query * cells + cell]!);
      if (!(score >= confidence)) continue;
      const [x, y, w, h] = [data[cell]!, data[cells + cell]!, data[2 * cells + cell]!, data[3 * cells + cell]!];
      addCentered(into, x, y, w, h, score, from + query);
    }
  }
}

/** `scores` [1,A,N], `boxes` [1,A,4]: corners in pixels. */
function decodeLists(
  outputs: readonly NamedTensor[],
  { from, queries, count, confidence }: HeadQueries,
  into: BoxSink,
): void {
  const scores = outputOf(outputs, 'scores');
  const boxes = outputOf(outputs, 'boxes');
  const [, cells = 0, columns = 0] = scores.dims;
  if (columns !== count) throw wrongShape(scores, `${count} columns`);
  if (boxes.dims[1] !== cells || boxes.dims[2] !== 4) throw wrongShape(boxes, `${cells} boxes`);
  const data = scores.data as Float32Array;
  const corners = boxes.data as Float32Array;
  const toScore = scoresOf(data);
  for (let cell = 0; cell < cells; cell++) {
    for (let query = 0; query < queries; query++) {
      const score = toScore(data[cell * columns + query]!);
      if (!(score >= confidence)) continue;
      const at = cell * 4;
      into.add(corners[at]!, corners[at + 1]!, corners[at + 2]!, corners[at + 3]!, score, from + query);
    }
  }
}

/** Some exports leave out the sigmoid: their values are not all in 0..1. */
function scoresOf(values: Float32Array): (value: number) => number {
  return values.some((value) => value < 0 || value > 1) ? sigmoid : (value) => value;
}

function outputOf(outputs: readonly NamedTensor[], name: string): NamedTensor {
  const found = outputs.find((output) => output.name === name);
  if (found?.type === 'float32' && found.dims.length === 3) return found;
  throw new LookoutError('inference_failed', `The model returned no three-dimensional float32 ${name}`);
}

function wrongShape({ name, dims }: NamedTensor, expected: string): LookoutError {
  return new LookoutError('inference_failed', `Expected ${expected} in ${name} of the model, got ${dims.join('×')}`);
}
