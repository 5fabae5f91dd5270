/** Output formats `decode` knows, told apart by metadata and output shapes. */
export type ModelFormat = 'nanodet' | 'picodet' | 'yolox' | 'yolov5' | 'yolov8' | 'yolo-e2e' | 'detr';

/** What is known of a model without running it; plain data, so it crosses threads. */
export interface ModelInfo {
  name: string;
  /** Absolute path of the ONNX file. */
  path: string;
  format: ModelFormat;
  classNames: readonly string[];
  /** A fixed size in pixels, or free from 320 to 640 in multiples of 32, rectangles too. */
  input: { kind: 'fixed'; width: number; height: number } | { kind: 'free'; multiple: 32 };
  /** Where the picture lies in the letterbox and the grey around it. */
  letterbox: { anchor: 'top-left' | 'center'; fill: number };
  licence?: string;
}
