import { LookoutError } from '@lookout/protocol';
import type { OutputTensor } from '../decoder.js';

/** Boxes, scores and classes in an output each. */
export interface BoxLists {
  count: number;
  /** Four numbers of each box. */
  boxes: OutputTensor['data'];
  scores: OutputTensor['data'];
  classes: OutputTensor['data'];
}

/**
 * Checks that there are as many boxes as scores and classes.
 * @param count how many of them hold something; absent: all.
 * @throws LookoutError `model_unsupported`
 */
export function boxLists(
  format: string,
  boxes: OutputTensor | undefined,
  scores: OutputTensor | undefined,
  classes: OutputTensor | undefined,
  count?: OutputTensor,
): BoxLists {
  const all = scores?.data.length ?? 0;
  if (!boxes || !scores || !classes || boxes.data.length !== 4 * all || classes.data.length !== all) {
    const shapes = [boxes, scores, classes].map((one) => one?.dims.join('×') ?? 'none').join(', ');
    throw new LookoutError('model_unsupported', `Expected boxes, scores and classes of ${format}, got ${shapes}`);
  }
  const filled = count ? Number(count.data[0] ?? 0) : all;
  return { count: Math.max(0, Math.min(all, filled)), boxes: boxes.data, scores: scores.data, classes: classes.data };
}
