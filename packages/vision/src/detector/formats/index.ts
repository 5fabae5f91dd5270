import type { ModelFormat } from '../../model-info.js';
import type { OutputFormat } from '../decoder.js';
import { detr } from './detr.js';
import { nanodet } from './nanodet.js';
import { picodet } from './picodet.js';
import { yoloE2e } from './yolo-e2e.js';
import { yolov5 } from './yolov5.js';
import { yolov8 } from './yolov8.js';
import { yolox } from './yolox.js';

/** Every output format, by name. */
export const OUTPUT_FORMATS: Readonly<Record<ModelFormat, OutputFormat>> = {
  nanodet,
  picodet,
  yolox,
  yolov5,
  yolov8,
  'yolo-e2e': yoloE2e,
  detr,
};
