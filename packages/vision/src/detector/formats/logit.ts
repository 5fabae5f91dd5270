/** Inverse of the sigmoid. Scores at or below 0 become -Infinity: nothing is below them. */
export function logit(score: number): number {
  return score <= 0 ? -Infinity : Math.log(score / (1 - score));
}

export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
