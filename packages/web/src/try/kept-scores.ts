import type { ImageDetections } from '@lookout/protocol';

/**
 * The minimum score that the server is asked for. Higher ones are applied in the page, with the same result: an object only ever gives way
 * to one with a higher score.
 */
export const ASKED_FROM = 0.05;

/** An answer as it is for a higher minimum score. */
export function keptFrom(answer: ImageDetections, score: number): ImageDetections {
  return { ...answer, detections: answer.detections.filter(({ confidence }) => confidence >= score) };
}

/** The score below which an answer has nothing. One with as many objects as it may have ends at its last. */
export function lowestScore(answer: ImageDetections | undefined, maxDetections: number): number {
  const last = answer?.detections[maxDetections - 1];
  return Math.max(ASKED_FROM, last?.confidence ?? 0);
}
