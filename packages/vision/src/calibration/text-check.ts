import { negationIn } from './negation.js';
import { dot } from './phrase-score.js';
import { type RefusalReason, refusals } from './reasons.js';

/** A text and its L2-normalised vector. */
export interface EmbeddedText {
  readonly text: string;
  readonly vector: Float32Array;
}

/** Texts of a rule, without template and articles: names are compared with names. */
export interface PhraseTexts {
  readonly phrase: EmbeddedText;
  readonly polarity: 'present' | 'absent';
  /** The thing without its attribute: “forklift” of “red forklift”, “person” of “person wearing a helmet”. */
  readonly plain: readonly EmbeddedText[];
  readonly opposite: readonly EmbeddedText[];
  readonly siblings: readonly EmbeddedText[];
}

/** Minimum cosine of a name that the model knows and a phrase that its images can show. Found on ImageNet names. */
const SUPPORT_FLOOR = 0.6;
/** Cosine from which two texts are the same to the model. */
const SAME_TEXT = 0.95;
/** Minimum by which the cosine of a name and the phrase must exceed that of the name and its alternatives: less is encoder noise. */
const MIN_LEAD = 0.02;
/** Number of names in a reason. */
const NAMES_GIVEN = 2;

/**
 * Reasons why a phrase can't be recognised, from the words alone, before any image is seen. Empty: none.
 *
 * A model whose image side has a closed list of names embeds every image as a mix of them. So if no name is nearer to the phrase than to
 * its plain noun or its opposite, no image is either, and the rule would never (or always) fire. Other models may know anything; for them,
 * only texts that the text side itself can't tell apart are refused.
 * @param names the closed list, for a model that has one
 */
export function checkTexts(texts: PhraseTexts, names?: readonly EmbeddedText[]): RefusalReason[] {
  const { phrase, polarity, plain, opposite, siblings } = texts;
  const negation = negationIn(phrase.text);
  if (negation) return [refusals.negation(phrase.text, negation)];
  const same = [...opposite, ...plain, ...siblings].find(({ vector }) => dot(phrase.vector, vector) >= SAME_TEXT);
  if (same) return [refusals.likeAnother(phrase.text, same.text)];
  if (!names) return [];
  const near = names.filter((name) => closest(name, [phrase]) >= SUPPORT_FLOOR);
  if (near.length === 0) return [refusals.noSupport(phrase.text, nearestOf([phrase], names))];
  const rivals = [...plain, ...opposite];
  if (!near.some((name) => leads(name, [phrase], rivals))) {
    return [refusals.attributeNotSeen(phrase.text, rivalOf([phrase], rivals, near), nearestOf([phrase], near))];
  }
  if (polarity === 'present') return [];
  // Its absence must be recognisable as well: some name must be nearer to the opposite or to the plain thing.
  const without = [...opposite, ...plain];
  const about = names.filter((name) => closest(name, [phrase, ...without]) >= SUPPORT_FLOOR);
  if (without.length === 0 || about.some((name) => leads(name, without, [phrase]))) return [];
  return [refusals.attributeNotSeen(without[0]!.text, phrase.text, nearestOf([phrase], about))];
}

const closest = (name: EmbeddedText, texts: readonly EmbeddedText[]) =>
  Math.max(-1, ...texts.map(({ vector }) => dot(name.vector, vector)));

const leads = (name: EmbeddedText, texts: readonly EmbeddedText[], rivals: readonly EmbeddedText[]) =>
  closest(name, texts) - closest(name, rivals) >= MIN_LEAD;

/** Names nearest to the texts, without duplicates. */
function nearestOf(texts: readonly EmbeddedText[], names: readonly EmbeddedText[]): string[] {
  const sorted = [...names].sort((a, b) => closest(b, texts) - closest(a, texts));
  return [...new Set(sorted.map(({ text }) => text))].slice(0, NAMES_GIVEN);
}

/** The rival nearest to the name that is nearest to the texts. */
function rivalOf(texts: readonly EmbeddedText[], rivals: readonly EmbeddedText[], near: readonly EmbeddedText[]) {
  const nearest = [...near].sort((a, b) => closest(b, texts) - closest(a, texts))[0]!;
  return [...rivals].sort((a, b) => dot(b.vector, nearest.vector) - dot(a.vector, nearest.vector))[0]!.text;
}
