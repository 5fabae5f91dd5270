import type { ModelFormat } from '../model-info.js';
import type { Candidates } from './candidates.js';

/** One output of a model: values row-major, batch dimension included where the model has one. */
export interface OutputTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array | Int32Array;
  /** Where the graph itself picked the cells worth a look (`pickCells`): their numbers; `data` holds no others. */
  readonly cells?: Int32Array;
}

export interface DecodeContext {
  /** Of the model's input, pixels. */
  width: number;
  height: number;
  classCount: number;
  /** Least score kept. */
  confidence: number;
  classIds: ReadonlySet<number> | undefined;
}

/**
 * Turns a model's raw outputs into candidate boxes in model input pixels. Pure: arrays in, candidates out.
 * Scores are compared before anything costly is computed.
 * @throws LookoutError `model_unsupported` when the outputs are not of this format.
 */
export type Decode = (outputs: readonly OutputTensor[], context: DecodeContext, into: Candidates) => void;

export interface OutputFormat {
  format: ModelFormat;
  /** Whether boxes of one object come more than once, so that NMS is needed. */
  needsNms: boolean;
  /** The least score asked for, as the raw outputs tell scores: what a graph that picks cells compares with. */
  floor?(confidence: number): number;
  decode: Decode;
}
