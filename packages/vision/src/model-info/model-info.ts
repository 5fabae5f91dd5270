/** Output formats that have a decoder (`output-formats`). */
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

/** What is known about a model without running it; plain data, so it can be passed between threads. */
export interface ModelInfo {
  name: string;
  /** Absolute path of the ONNX file. */
  path: string;
  format: ModelFormat;
  classNames: readonly string[];
  /**
   * A fixed size in pixels, or, if there is a `multiple`, also a smaller rectangle whose sides are multiples of it; or free from
   * 320 to 640 in multiples of 32, rectangles included.
   */
  input:
    | { kind: 'fixed'; width: number; height: number; multiple?: 32 }
    /** `trainedSize`: longer side of the input it was trained with, pixels; absent: unknown, usually 640. */
    | { kind: 'free'; multiple: 32; trainedSize?: number };
  /** Where the picture is placed in the input, and the grey around it; `stretch` fills the input, changing the aspect ratio. */
  letterbox: { anchor: 'top-left' | 'center' | 'stretch'; fill: number };
  /** Names of the outputs that the format reads, in its order, if the model has others or another order. */
  outputs?: readonly string[];
  /** Boxes are in 0..1 of the input, although the format uses pixels. */
  fractionalBoxes?: true;
  /** Scores are logits, although the format has them in 0..1. */
  logitScores?: true;
  /** How certain it is that the outputs are read correctly; absent for the embedded model. */
  reading?: Reading;
  /** If the graph can't take RGB in 0..255 itself: how pictures are prepared before each run. Absent: it can. */
  preparation?: Preparation;
  /**
   * The user's file, if `path` was made from it: what its inputs and outputs are for callers who know them, and how
   * pictures are prepared for them.
   */
  source?: { path: string; preparation: Preparation };
  /** Set if a server elsewhere runs it; `path` is then empty. */
  remote?: RemoteModel;
  /** It runs unchanged, tensors in and tensors out, for callers who know what they mean; it detects nothing. */
  raw?: true;
  /** Precision of the embedded model; absent if unknown. */
  precision?: 'int8' | 'float32';
  licence?: string;
}

/** How a model's outputs are read, and why. */
export interface Reading {
  /** `sure`: it finds what the trial photos show; `likely`: all values suit the format; `unsure`: there is no evidence. */
  certainty: 'sure' | 'likely' | 'unsure';
  /** A sentence. */
  why: string;
  /** What its owner should know: that it never scores anything, say. */
  warning?: string;
}

/** A model on servers that speak the KServe v2 protocol. */
export interface RemoteModel {
  /** Of the servers, without credentials: http(s), host, port and any path before `/v2`. */
  urls: readonly string[];
  model: string;
  /** Why nothing is known about the model yet: its server never described it. It then has no inputs and detects nothing. */
  missing?: string;
  /** It takes encoded pictures and returns boxes. `tuned`: thresholds too. */
  pictures?: { tuned: boolean };
  /** Free dimensions are given as names. */
  inputs: readonly { name: string; type: string; shape: readonly (number | string)[] }[];
  outputs: readonly { name: string; type: string; shape: readonly (number | string)[] }[];
}

/** What a model needs instead of RGB in 0..255: `(level · scale − mean) / std` per channel. */
export interface Preparation {
  layout: 'RGB' | 'BGR';
  /** Per channel, in the order of RGB. */
  mean: readonly [number, number, number];
  std: readonly [number, number, number];
  scale: number;
}
