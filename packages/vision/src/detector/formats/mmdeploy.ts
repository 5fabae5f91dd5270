import { LookoutError } from '@lookout/protocol';
import type { Decode, OutputFormat } from '../decoder.js';
import { BYTES_BGR, IMAGENET_BGR, IMAGENET_RGB } from './conventions.js';
import { isFloat, namedOutput, sizeOf } from './facts.js';

/**
 * MMDetection's models as MMDeploy exports them; NMS is done. Input: as the model's own pipeline prepares pictures, RGB with ImageNet's
 * mean and deviation, or BGR (RTMDet, YOLOX), letterboxed top-left. `dets` 1×N×5: x1, y1, x2, y2 in input pixels, score; `labels`
 * 1×N. Follows MMDeploy's `mmdeploy/codebase/mmdet/deploy/object_detection.py`.
 */
const decode: Decode = ([dets, labels], { confidence, classIds }, into) => {
  if (!dets || !labels || dets.dims.at(-1) !== 5 || dets.data.length !== 5 * labels.data.length) {
    throw new LookoutError('model_unsupported', 'Expected dets N×5 and labels N of MMDeploy');
  }
  const rows = dets.data as Float32Array;
  for (let i = 0; i < labels.data.length; i++) {
    const score = rows[i * 5 + 4]!;
    const classId = Number(labels.data[i]);
    if (score < confidence || (classIds && !classIds.has(classId))) continue;
    into.add(rows[i * 5]!, rows[i * 5 + 1]!, rows[i * 5 + 2]!, rows[i * 5 + 3]!, score, classId);
  }
};

export const mmdeploy: OutputFormat = {
  format: 'mmdeploy',
  title: 'MMDetection by MMDeploy',
  needsNms: false,
  conventions: [{ ...IMAGENET_RGB, anchor: 'top-left' }, { ...IMAGENET_BGR, anchor: 'top-left' }, BYTES_BGR],
  fit(facts) {
    const dets = namedOutput(facts, /^dets$/);
    const labels = namedOutput(facts, /^labels$/);
    if (!dets || !labels || sizeOf(dets.shape?.at(-1)) !== 5 || isFloat(labels.type)) return undefined;
    return { outputs: [dets.name, labels.name], classCount: facts.nameCount, exact: true };
  },
  decode,
};
