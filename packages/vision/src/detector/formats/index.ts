import type { ModelFormat } from '../../model-info.js';
import type { OutputFormat } from '../decoder.js';
import { detr } from './detr.js';
import { nanodet } from './nanodet.js';
import { picodet } from './picodet.js';
import { rtdetr } from './rtdetr.js';
import { yoloE2e } from './yolo-e2e.js';
import { yolov5 } from './yolov5.js';
import { yolov6 } from './yolov6.js';
import { yolov8 } from './yolov8.js';
import { yolox } from './yolox.js';
import { yoloxDecoded } from './yolox-decoded.js';

/** Every output format, by name. Where the outputs of a model fit several, the earlier is the likelier. */
export const OUTPUT_FORMATS: Readonly<Record<ModelFormat, OutputFormat>> = {
  nanodet,
  picodet,
  yolox,
  'yolox-decoded': yoloxDecoded,
  yolov5,
  yolov6,
  yolov8,
  'yolo-e2e': yoloE2e,
  rtdetr,
  detr,
};
