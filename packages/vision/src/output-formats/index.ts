import type { ModelFormat } from '../model-info/model-info.js';
import { boxesScores, ssdHead } from './boxes-and-scores.js';
import { detr, detrSoftmax, rfDetr, rtdetr } from './detr.js';
import { nanodet, picodet } from './distance-bins.js';
import { efficientNms, mmdeploy, tfSsd } from './lists.js';
import type { OutputFormat } from './output-format.js';
import { yoloE2e, yoloNasFlat, yolov7EndToEnd } from './rows.js';
import { yolov5, yolov6, yolox, yoloxDecoded } from './yolo-objectness.js';
import { yolov8 } from './yolov8.js';

/** Every output format, by name. If a model's outputs fit several, the earlier one is more likely. */
export const OUTPUT_FORMATS: Readonly<Record<ModelFormat, OutputFormat>> = {
  nanodet,
  picodet,
  yolox,
  'yolox-decoded': yoloxDecoded,
  yolov5,
  yolov6,
  'yolov7-e2e': yolov7EndToEnd,
  yolov8,
  'yolo-e2e': yoloE2e,
  'yolo-nas-flat': yoloNasFlat,
  'efficient-nms': efficientNms,
  'boxes-scores': boxesScores,
  rtdetr,
  'rf-detr': rfDetr,
  detr,
  'detr-softmax': detrSoftmax,
  mmdeploy,
  'tf-ssd': tfSsd,
  'ssd-head': ssdHead,
};
