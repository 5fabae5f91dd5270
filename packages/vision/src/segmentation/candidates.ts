import type { MaskCandidate } from './segmenter.js';

/** A pixel belongs to the object if its logit is above 0. Empty masks are left out. */
export function candidatesOf(all: readonly { logits: Float32Array; score: number }[]): MaskCandidate[] {
  return all.flatMap(({ logits, score }) => {
    const mask = new Uint8Array(logits.length);
    let inside = 0;
    for (let i = 0; i < mask.length; i++) {
      if (!(logits[i]! > 0)) continue;
      mask[i] = 1;
      inside++;
    }
    return inside > 0 ? [{ mask, score: Math.min(1, Math.max(0, score)) }] : [];
  });
}
