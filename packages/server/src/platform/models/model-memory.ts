import type { ModelInfo } from '@lookout/vision';

/** The weights as they are, and as ONNX Runtime lays them out anew for its kernels. */
const WEIGHT_COPIES = 2;
/** What passes between the layers, by pixel of the input: 60 to 140 measured, from YOLOX-nano to YOLOv5n. */
const BYTES_PER_PIXEL = 140;
const LARGEST_FREE_SIDE = 640;

/** Memory that one worker needs for a model, bytes: an estimate. @param fileBytes size of its ONNX file. */
export function estimateMemory({ input }: Pick<ModelInfo, 'input'>, fileBytes: number): number {
  const { width, height } = input.kind === 'fixed' ? input : { width: LARGEST_FREE_SIDE, height: LARGEST_FREE_SIDE };
  return WEIGHT_COPIES * fileBytes + BYTES_PER_PIXEL * width * height;
}
