import type { RefusalKind } from '@lookout/protocol';

/** Why a phrase is refused, in words for the user. */
export interface RefusalReason {
  readonly kind: RefusalKind;
  readonly why: string;
}

export const refusals = {
  negation: (phrase: string, word: string): RefusalReason => ({
    kind: 'negation',
    why: `Models hear “${phrase}” as if “${word}” were not there. Describe the thing itself, and let the rule say that it must be absent.`,
  }),
  noSupport: (phrase: string, nearest: readonly string[]): RefusalReason => ({
    kind: 'no_support',
    why: `The model knows nothing like “${phrase}”; the nearest that it knows is ${quoted(nearest)}. Another model may know it.`,
  }),
  attributeNotSeen: (phrase: string, rival: string, nearest: readonly string[]): RefusalReason => ({
    kind: 'attribute_not_seen',
    why: `To this model every image of “${phrase}” is as much one of “${rival}”: of what it knows, ${quoted(nearest)} ${nearest.length > 1 ? 'come' : 'comes'} nearest.`,
  }),
  likeAnother: (phrase: string, other: string): RefusalReason => ({
    kind: 'like_its_opposite',
    why: `The model takes “${phrase}” and “${other}” for nearly the same, so it can't tell which of them it sees.`,
  }),
  tooSmall: (phrase: string, sidePx: number): RefusalReason => ({
    kind: 'too_small',
    why: `Nearly everything this camera shows of its kind is smaller than ${sidePx} pixels, too small to tell “${phrase}”. A closer view would help.`,
  }),
  belowExample: (phrase: string, example: number, threshold: number): RefusalReason => ({
    kind: 'below_example',
    why: `Your example of “${phrase}” scores ${example.toFixed(1)}, but only scores above ${threshold.toFixed(1)} are more like it than like something else. Another example, or other words, may do better.`,
  }),
  tooLoudForExample: (phrase: string, example: number, threshold: number, often: string): RefusalReason => ({
    kind: 'too_loud',
    why: `To be wrong rarely enough, “${phrase}” would have to score above ${threshold.toFixed(1)}; your example scores ${example.toFixed(1)}. A rule that fires for it would also have fired ${often}.`,
  }),
  tooLoud: (phrase: string, often: string): RefusalReason => ({
    kind: 'too_loud',
    why: `Much of what this camera shows scores as “${phrase}”: it would have fired ${often}. If that is what you mean, it is always there; if not, the model can't tell it here.`,
  }),
};

function quoted(names: readonly string[]): string {
  const marks = names.map((name) => `“${name}”`);
  return marks.length < 2 ? (marks[0] ?? 'nothing') : `${marks.slice(0, -1).join(', ')} and ${marks.at(-1)}`;
}
