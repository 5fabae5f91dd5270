import type { ModelFormat } from '../../model-info.js';
import type { OutputFormat } from '../decoder.js';
import { boxesScores } from './boxes-scores.js';
import { detr } from './detr.js';
import { detrSoftmax } from './detr-softmax.js';
import { efficientNms } from './efficient-nms.js';
import { mmdeploy } from './mmdeploy.js';
import { nanodet } from './nanodet.js';
import { picodet } from './picodet.js';
import { rfDetr } from './rf-detr.js';
import { rtdetr } from './rtdetr.js';
import { ssdHead } from './ssd-head.js';
import { tfSsd } from './tf-ssd.js';
import { yoloE2e } from './yolo-e2e.js';
import { yoloNasFlat } from './yolo-nas-flat.js';
import { yolov5 } from './yolov5.js';
import { yolov6 } from './yolov6.js';
import { yolov7EndToEnd } from './yolov7-e2e.js';
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
