import type { ModelFormat, ModelInfo, Preparation } from '../model-info/model-info.js';
import type { Facts, Fit } from './facts.js';

/** One output of a model: values row-major, including the batch dimension if the model has one. */
export interface OutputTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array | Int32Array;
  /** Numbers of the cells that the graph picked (`pickCells`), if it does so; `data` then holds only these. */
  readonly cells?: Int32Array;
}

export interface DecodeContext {
  /** Size of the model's input, pixels. */
  width: number;
  height: number;
  classCount: number;
  /** Lowest score kept; -Infinity keeps all. */
  confidence: number;
  classIds: ReadonlySet<number> | undefined;
}

/** Receives the boxes that a decoder proposes. */
export interface BoxSink {
  /** Corners in model input pixels, unless the format uses another unit. */
  add(x1: number, y1: number, x2: number, y2: number, score: number, classId: number): void;
}

/**
 * Turns a model's raw outputs into candidate boxes in model input pixels. Pure: arrays in, candidates out.
 * Compares scores before computing anything costly.
 * @param outputs those named by the format's `fit`, in its order.
 * @throws LookoutError `model_unsupported` if the outputs are not in this format.
 */
export type Decode = (outputs: readonly OutputTensor[], context: DecodeContext, into: BoxSink) => void;

/** How images are prepared for a family of models, following their authors' own inference code. */
export interface Convention extends Preparation {
  anchor: ModelInfo['letterbox']['anchor'];
}

/** Everything about one output format. */
export interface OutputFormat {
  format: ModelFormat;
  /** Its name in messages. */
  title: string;
  /** Whether one object may have several boxes, so that NMS is needed. */
  needsNms: boolean;
  /** Most likely first. */
  conventions: readonly [Convention, ...Convention[]];
  /** Whether the names and shapes of the outputs allow this format. */
  fit(facts: Facts): Fit | undefined;
  decode: Decode;
  /** Each row says which picture of the batch it belongs to: the outputs cover all pictures together. */
  rowsNamePicture?: true;
  /** A score is a product of several, so a sigmoid missing from the export cannot be applied to it afterwards. */
  scoresAreProducts?: true;
  /**
   * What in the values of these outputs rules this format out, even if its boxes and scores look plausible.
   * @returns the reason, to follow "not FORMAT: ".
   */
  contradiction?(outputs: readonly OutputTensor[], context: DecodeContext): string | undefined;
  /** The threshold in terms of the raw outputs (logits, say): what a graph that picks cells compares with. */
  floor?(confidence: number): number;
}
