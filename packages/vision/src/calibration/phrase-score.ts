/** How a model turns a cosine into a logit, `scale · cosine + bias`. */
export interface LogitRule {
  readonly scale: number;
  readonly bias: number;
}

/** Texts that a crop is compared with. All vectors are L2-normalised and from one model. */
export interface PhraseVectors {
  /** Texts that fire: the phrase, or for polarity `absent` the name of an object without it. Not empty. */
  readonly wanted: readonly Float32Array[];
  /** Texts of the alternatives: parent, siblings, the opposite. */
  readonly contrasts: readonly Float32Array[];
  /** Texts of plain backgrounds. Not empty. */
  readonly backgrounds: readonly Float32Array[];
}

/** Images that match the phrase, and images that do not. */
export interface Exemplars {
  readonly positives: readonly Float32Array[];
  readonly negatives: readonly Float32Array[];
}

export const NO_EXEMPLARS: Exemplars = { positives: [], negatives: [] };

/**
 * Cosine distance between images at which an exemplar no longer counts. Crops of one object within seconds are closer than this; other
 * objects of its kind rarely are.
 */
export const EXEMPLAR_REACH = 0.1;

/**
 * How much more a crop is like the phrase than like its contrasts: the log of the summed odds,
 * `logsumexp(logits of wanted) − logsumexp(logits of contrasts)`. 0 means even odds; the model's bias cancels out. Unlike cosines, scores
 * can be compared between phrases. All backgrounds together count as one contrast (the mean of their odds): otherwise each background added
 * to the list would lower every score.
 *
 * A positive exemplar makes identical images score `scale · EXEMPLAR_REACH`, and others less with their distance from it, whatever the text
 * says. A negative exemplar lowers the score of similar images by as much.
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

/** Cosine of two L2-normalised vectors of equal length. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** `log Σ exp(values)`, without overflow. −∞ for no values. */
export function logSumExp(values: readonly number[]): number {
  const highest = Math.max(...values);
  if (highest === Number.NEGATIVE_INFINITY) return highest;
  return highest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - highest), 0));
}
