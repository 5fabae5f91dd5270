/** Output formats there are decoders for (`output-formats`). */
export const MODEL_FORMATS = [
  'nanodet',
  'picodet',
  'yolox',
  'yolox-decoded',
  'yolov5',
  'yolov6',
  'yolov7-e2e',
  'yolov8',
  'yolo-e2e',
  'yolo-nas-flat',
  'efficient-nms',
  'boxes-scores',
  'rtdetr',
  'rf-detr',
  'detr',
  'detr-softmax',
  'mmdeploy',
  'tf-ssd',
  'ssd-head',
] as const;
export type ModelFormat = (typeof MODEL_FORMATS)[number];

/** What is known of a model without running it; plain data, so it crosses threads. */
export interface ModelInfo {
  name: string;
  /** Absolute path of the ONNX file. */
  path: string;
  format: ModelFormat;
  classNames: readonly string[];
  /**
   * A fixed size in pixels, of which a part of other shape may be taken where there is a `multiple` for its sides; or free from
   * 320 to 640 in multiples of 32, rectangles too.
   */
  input:
    | { kind: 'fixed'; width: number; height: number; multiple?: 32 }
    /** `trainedSize`: longer side of the input it was trained with, pixels; absent: not known, usually 640. */
    | { kind: 'free'; multiple: 32; trainedSize?: number };
  /** Where the picture lies in the letterbox and the grey around it; `stretch` fills the input and changes the shape. */
  letterbox: { anchor: 'top-left' | 'center' | 'stretch'; fill: number };
  /** Names of the outputs that the format reads, in its order, where those of the model are others or lie in another order. */
  outputs?: readonly string[];
  /** Boxes come in 0..1 of the input, though the format has pixels. */
  fractionalBoxes?: true;
  /** Scores come without the sigmoid, though the format has them in 0..1. */
  logitScores?: true;
  /** How sure it is that the outputs are read rightly; absent of the embedded model. */
  reading?: Reading;
  /** Where the graph itself can't take RGB of 0..255: how it is prepared before each run. Absent: it takes it. */
  preparation?: Preparation;
  /**
   * The file that was given, where `path` is one made from it: what its inputs and outputs are for those who know them, and how
   * pictures are prepared for them.
   */
  source?: { path: string; preparation: Preparation };
  /** It is run by a server elsewhere; `path` is empty then. */
  remote?: RemoteModel;
  /** It is run as its file is, tensors in and tensors out, for those who know what they mean; it detects nothing. */
  raw?: true;
  /** Of the embedded model; absent where it is not known. */
  precision?: 'int8' | 'float32';
  licence?: string;
}

/** How a model's outputs are understood, and why. */
export interface Reading {
  /** `sure`: seen to find what trial photos show; `likely`: all values are as the format has them; `unsure`: nothing tells. */
  certainty: 'sure' | 'likely' | 'unsure';
  /** A sentence. */
  why: string;
  /** What its owner should know: it never scores, say. */
  warning?: string;
}

/** A model of a server of the KServe v2 protocol. Holds secrets: for this process only. */
export interface RemoteModel {
  /** Without credentials: http(s), host, port and what stands before `/v2`. */
  url: string;
  /** Of the header of that name. */
  authorization?: string;
  model: string;
  version?: string;
  /** A run that takes longer has failed, ms. */
  timeoutMs: number;
  /** Why nothing is known of the model yet: its server never described it. It detects nothing then, and has no inputs. */
  missing?: string;
  /** A dimension that is free is a name. */
  inputs: readonly { name: string; type: string; shape: readonly (number | string)[] }[];
  outputs: readonly { name: string; type: string; shape: readonly (number | string)[] }[];
}

/** What a model wants in place of RGB of 0..255: `(level · scale − mean) / std` per channel. */
export interface Preparation {
  layout: 'RGB' | 'BGR';
  /** Per channel, in the order of RGB. */
  mean: readonly [number, number, number];
  std: readonly [number, number, number];
  scale: number;
}
