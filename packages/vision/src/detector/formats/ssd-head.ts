import type { Decode, OutputFormat } from '../decoder.js';
import { findPair, pairOf, sumUpToOne } from './boxes-scores.js';
import { SIGNED_RGB_STRETCHED } from './conventions.js';

/** Priors of UltraFace at 320×240 and 640×480. */
const ULTRA_FACE_ROWS = [4420, 17_640];

/**
 * Heads of SSD with decoded boxes and a background class, as UltraFace has them. Input: RGB, (level − 127) / 128, stretched.
 * `boxes` 1×N×4: x1, y1, x2, y2 in 0..1; `scores` 1×N×(1 + classes): softmax done, the background first.
 * Follows `Linzaer/Ultra-Light-Fast-Generic-Face-Detector-1MB: vision/ssd/predictor.py`.
 */
const decode: Decode = ([boxes, scores], { width, height, classCount, confidence, classIds }, into) => {
  const { places, table, columns } = pairOf(boxes, scores, 1 + classCount);
  for (let box = 0; box * columns < table.length; box++) {
    const row = box * columns + 1;
    let classId = 0;
    for (let i = 1; i < classCount; i++) if (table[row + i]! > table[row + classId]!) classId = i;
    const score = table[row + classId]!;
    if (score < confidence || (classIds && !classIds.has(classId))) continue;
    const at = box * 4;
    into.add(
      places[at]! * width,
      places[at + 1]! * height,
      places[at + 2]! * width,
      places[at + 3]! * height,
      score,
      classId,
    );
  }
};

export const ssdHead: OutputFormat = {
  format: 'ssd-head',
  title: 'SSD with a background class',
  needsNms: true,
  conventions: [{ ...SIGNED_RGB_STRETCHED, mean: [127, 127, 127], std: [128, 128, 128] }],
  fit(facts) {
    const pair = findPair(facts);
    if (!pair || pair.columns < 2 || (facts.nameCount ?? 0) > pair.columns - 1) return undefined;
    return {
      outputs: [pair.boxes, pair.scores],
      classCount: facts.nameCount ?? pair.columns - 1,
      ...(pair.columns === 2 && ULTRA_FACE_ROWS.includes(pair.rows) && { classNames: ['face'] }),
      exact: true,
    };
  },
  decode,
  contradiction([, scores]) {
    return sumUpToOne(scores!) ? undefined : 'the scores of each box do not sum up to 1';
  },
};
