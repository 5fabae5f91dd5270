import { COCO_91_NAMES } from '../../models/coco-91.js';
import type { OutputFormat } from '../decoder.js';
import { IMAGENET_RGB_STRETCHED } from './conventions.js';
import { decodeLogits } from './detr.js';
import { isFloat, namedOutput, sizeOf } from './facts.js';

/**
 * RF-DETR (Roboflow, Apache-2.0). Input: RGB with ImageNet's mean and deviation, stretched. `dets` 1×queries×4: centre and size in
 * 0..1 of the input; `labels` 1×queries×slots: logits, sigmoid to come. Trained on COCO it has 91 slots, numbered as COCO numbers its
 * categories; else one more than classes, the last of which is the background. Follows <https://rfdetr.roboflow.com>, "ONNX Inference".
 */
export const rfDetr: OutputFormat = {
  format: 'rf-detr',
  title: 'RF-DETR',
  needsNms: false,
  conventions: [IMAGENET_RGB_STRETCHED],
  fit(facts) {
    const dets = namedOutput(facts, /^dets$/);
    const labels = namedOutput(facts, /^labels$/);
    const slots = sizeOf(labels?.shape?.at(-1));
    if (!dets || !labels || sizeOf(dets.shape?.at(-1)) !== 4 || !isFloat(labels.type)) return undefined;
    const isCoco = slots === COCO_91_NAMES.length;
    return {
      outputs: [labels.name, dets.name],
      classCount: facts.nameCount ?? (isCoco || slots === undefined ? slots : slots - 1),
      ...(isCoco && { classNames: COCO_91_NAMES }),
      exact: true,
    };
  },
  decode: ([labels, dets], context, into) => decodeLogits(labels, dets, context, into),
};
