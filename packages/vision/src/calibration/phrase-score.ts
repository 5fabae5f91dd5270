/** How a model turns a cosine into a logit, `scale · cosine + bias`. */
export interface LogitRule {
  readonly scale: number;
  readonly bias: number;
}

/** What a crop is compared with. All vectors are L2-normalised and of one model. */
export interface PhraseVectors {
  /** Texts of what fires: the phrase, or for polarity `absent` what an object without it is called. Not empty. */
  readonly wanted: readonly Float32Array[];
  /** Texts of what it might be instead: parent, siblings, the opposite, plain backgrounds. Not empty. */
  readonly contrasts: readonly Float32Array[];
}

/** Images of what the phrase means, and of what it does not. */
export interface Exemplars {
  readonly positives: readonly Float32Array[];
  readonly negatives: readonly Float32Array[];
}

export const NO_EXEMPLARS: Exemplars = { positives: [], negatives: [] };

/**
 * Cosine distance at which an exemplar stops to count. Crops of one object within seconds are closer than this; other objects of its kind
 * are seldom, as images are compared with images here.
 */
export const EXEMPLAR_REACH = 0.1;

/**
 * How much more a crop is like the phrase than like its contrasts: the log of the summed odds,
 * `logsumexp(logits of wanted) − logsumexp(logits of contrasts)`. 0 means that the model would bet even money on it; the model's bias
 * cancels out. Cosines alone can't be compared between phrases; this can.
 *
 * An image of what was wrong is one more contrast, with the logit that makes its own score 0; an image of what is meant is one more wanted
 * thing that scores `scale · EXEMPLAR_REACH` by itself. Both fade by the model's scale as the crop differs from them.
 * @param image L2-normalised
 */
export function phraseScore(
  image: Float32Array,
  phrase: PhraseVectors,
  { scale }: LogitRule,
  { positives, negatives }: Exemplars = NO_EXEMPLARS,
): number {
  const textOf = (other: Float32Array) => logSumExp(phrase.wanted.map((text) => scale * dot(other, text)));
  const contrastOf = (other: Float32Array) => logSumExp(phrase.contrasts.map((text) => scale * dot(other, text)));
  const fading = (exemplar: Float32Array) => scale * (1 - dot(image, exemplar));
  const wanted = Math.max(
    textOf(image),
    ...positives.map((exemplar) => contrastOf(exemplar) + scale * EXEMPLAR_REACH - fading(exemplar)),
  );
  const contrasts = logSumExp([contrastOf(image), ...negatives.map((exemplar) => textOf(exemplar) - fading(exemplar))]);
  return wanted - contrasts;
}

/** Cosine of two L2-normalised vectors of one length. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** `log Σ exp(values)`, without overflow. Of no values: −∞. */
export function logSumExp(values: readonly number[]): number {
  const highest = Math.max(...values);
  if (highest === Number.NEGATIVE_INFINITY) return highest;
  return highest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - highest), 0));
}
