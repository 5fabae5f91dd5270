/** How a model turns a cosine into a logit, `scale · cosine + bias`. */
export interface LogitRule {
  readonly scale: number;
  readonly bias: number;
}

/** What a crop is compared with. All vectors are L2-normalised and of one model. */
export interface PhraseVectors {
  /** Texts of what fires: the phrase, or for polarity `absent` what an object without it is called. Not empty. */
  readonly wanted: readonly Float32Array[];
  /** Texts of what it might be instead: parent, siblings, the opposite. */
  readonly contrasts: readonly Float32Array[];
  /** Texts of what cameras show when there is nothing. Not empty. */
  readonly backgrounds: readonly Float32Array[];
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
 * cancels out. Cosines alone can't be compared between phrases; this can. All backgrounds together are one of the contrasts (the mean of
 * their odds): otherwise every score would fall with each plain wall that the list grows by.
 *
 * An image of what is meant makes images like it score `scale · EXEMPLAR_REACH`, less the more they differ from it, whatever the text says.
 * An image of what was wrong takes as much from the score of images like it.
 * @param image L2-normalised
 */
export function phraseScore(
  image: Float32Array,
  phrase: PhraseVectors,
  { scale }: LogitRule,
  { positives, negatives }: Exemplars = NO_EXEMPLARS,
): number {
  const textOf = (other: Float32Array) => logSumExp(phrase.wanted.map((text) => scale * dot(other, text)));
  const nearness = (exemplar: Float32Array) => scale * (EXEMPLAR_REACH - (1 - dot(image, exemplar)));
  const logits = (texts: readonly Float32Array[]) => texts.map((text) => scale * dot(image, text));
  const background = logSumExp(logits(phrase.backgrounds)) - Math.log(phrase.backgrounds.length);
  const instead = logSumExp([...logits(phrase.contrasts), background]);
  const wanted = Math.max(textOf(image), ...positives.map((exemplar) => instead + nearness(exemplar)));
  return wanted - logSumExp([instead, ...negatives.map((exemplar) => textOf(exemplar) + nearness(exemplar))]);
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
