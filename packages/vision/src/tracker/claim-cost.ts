import { CENTER_X, CENTER_Y, centerVariance, HEIGHT, sideVariance, WIDTH } from './box-filter.js';
import type { Candidate } from './candidate.js';
import type { Track } from './track.js';

/**
 * How unlikely it is that a detection shows a track's object: −2 ln of the likelihood, up to a constant. That is the squared
 * Mahalanobis distance of centre and sides, the logarithm of how widely the prediction is spread (so that a long-lost track, which
 * might be anywhere, does not outbid one just seen), the detector's doubt, and the surprise at the class. `Infinity` from `limit` on.
 */
export function claimCost(track: Track, candidate: Candidate, limit: number): number {
  const { filter } = track;
  const dx = candidate.centerX - filter[CENTER_X]!;
  const dy = candidate.centerY - filter[CENTER_Y]!;
  const fixed = track.vagueness + candidate.doubt;
  const near = fixed + (dx * dx + dy * dy) / centerVariance(filter);
  // Most are no pairs.
  if (!(near < limit)) return Infinity;
  const dw = candidate.width - filter[WIDTH]!;
  const dh = candidate.height - filter[HEIGHT]!;
  const cost = near + (dw * dw + dh * dh) / sideVariance(filter) + track.classes.surprise(candidate.classId);
  return cost < limit ? cost : Infinity;
}
