import type { TensorInfo } from '../onnx/model-file.js';

/** What a model does. `detect` finds the classes it was trained for; the others are told what to look for. */
export const MODEL_TASKS = ['detect', 'embed', 'open-detect', 'segment'] as const;
export type ModelTask = (typeof MODEL_TASKS)[number];

/** Tasks beside the detection of known classes. Their models may consist of several files. */
export type OtherTask = Exclude<ModelTask, 'detect'>;

/** What a graph of a model does. A model of one graph has `model` alone. */
export type GraphRole = 'image' | 'text' | 'encoder' | 'decoder' | 'model';

/** A graph of a model file, without its weights. */
export interface GraphFile {
  /** Absolute path. */
  readonly path: string;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** Export formats are recognised by the names and ranks of inputs and outputs, never by file names. */
export interface GraphContract {
  readonly task: OtherTask;
  /** All graphs of a model are of one family. */
  readonly family: string;
  readonly role: GraphRole;
  fits(graph: GraphFile): boolean;
}

/** What is known about a model for one of the other tasks without running it; plain data, so it can be passed between threads. */
export interface TaskModelInfo {
  readonly name: string;
  readonly task: OtherTask;
  readonly family: string;
  /** Absolute path of each graph. */
  readonly graphs: Readonly<Partial<Record<GraphRole, string>>>;
  /** Absolute path of `tokenizer.json`, for models that take text. */
  readonly tokenizer?: string;
  /** Contents of `preprocessor_config.json`, if it is there: how the model's authors prepare images. */
  readonly preprocessor?: Readonly<Record<string, unknown>>;
  /** The only names that its image side can tell apart (`names.txt`); absent: there is no such list. */
  readonly names?: readonly string[];
  /** Checksum over all files, in hex. Whatever was computed with another one is computed again. */
  readonly sha256: string;
  /** Size of all files. */
  readonly bytes: number;
  readonly licence?: string;
}
