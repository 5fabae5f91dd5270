import type { ImageDetections, PromptedDetection } from '@lookout/protocol';

/**
 * The minimum score that the server is asked for. Higher ones are applied in the page, with the same result: an object only ever gives way
 * to one with a higher score.
 */
export const ASKED_FROM = 0.05;

/** An answer for a higher minimum score. Objects found by prompt stay: their scores are on another scale. */
export function keptFrom(answer: ImageDetections, score: number): ImageDetections {
  return { ...answer, detections: answer.detections.filter((one) => one.confidence >= score || isFoundByWords(one)) };
}

/** Whether the detector for prompts found it, rather than the one for classes. */
function isFoundByWords({ margin }: PromptedDetection): boolean {
  return margin === null;
}

/** The score below which an answer has nothing. One with as many objects as it may have ends at its last. */
export function lowestScore(answer: ImageDetections | undefined, maxDetections: number): number {
  const last = answer?.detections.filter((one) => !isFoundByWords(one))[maxDetections - 1];
  return Math.max(ASKED_FROM, last?.confidence ?? 0);
}
