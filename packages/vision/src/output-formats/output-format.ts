import type { ModelFormat, ModelInfo, Preparation } from '../model-info/model-info.js';
import type { Facts, Fit } from './facts.js';

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
  /** Least score kept; -Infinity keeps all. */
  confidence: number;
  classIds: ReadonlySet<number> | undefined;
}

/** Takes the boxes a decoder proposes. */
export interface BoxSink {
  /** Corners in model input pixels, where the format has them so. */
  add(x1: number, y1: number, x2: number, y2: number, score: number, classId: number): void;
}

/**
 * Turns a model's raw outputs into candidate boxes in model input pixels. Pure: arrays in, candidates out.
 * Scores are compared before anything costly is computed.
 * @param outputs those of the format's `fit`, in its order.
 * @throws LookoutError `model_unsupported` when the outputs are not of this format.
 */
export type Decode = (outputs: readonly OutputTensor[], context: DecodeContext, into: BoxSink) => void;

/** How images are prepared for a family of models, as their authors' own inference code does it. */
export interface Convention extends Preparation {
  anchor: ModelInfo['letterbox']['anchor'];
}

/** Everything about one output format. */
export interface OutputFormat {
  format: ModelFormat;
  /** What people call it. */
  title: string;
  /** Whether boxes of one object come more than once, so that NMS is needed. */
  needsNms: boolean;
  /** The likeliest first. */
  conventions: readonly [Convention, ...Convention[]];
  /** Whether the outputs, by their names and shapes, can be of this format. */
  fit(facts: Facts): Fit | undefined;
  decode: Decode;
  /** Rows say of which picture of a batch they are: outputs are of all pictures together. */
  rowsNamePicture?: true;
  /** A score is a product of several, so that a sigmoid that the export leaves out can't be applied to it. */
  scoresAreProducts?: true;
  /**
   * What in the values of these outputs shows that they are not of this format, where its boxes and scores would look all right.
   * @returns the reason, to follow "not FORMAT: ".
   */
  contradiction?(outputs: readonly OutputTensor[], context: DecodeContext): string | undefined;
  /** The least score asked for, as the raw outputs tell scores: what a graph that picks cells compares with. */
  floor?(confidence: number): number;
}
