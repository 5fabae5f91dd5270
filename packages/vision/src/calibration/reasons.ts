import type { RefusalKind } from '@lookout/protocol';

/** Why a phrase is refused, worded for the user. */
export interface RefusalReason {
  readonly kind: RefusalKind;
  readonly why: string;
}

export const refusals = {
  negation: (phrase: string, word: string): RefusalReason => ({
    kind: 'negation',
    why: `In “${phrase}”, models ignore “${word}”. Describe the thing itself, and set the rule to fire when it is absent.`,
  }),
  noSupport: (phrase: string, nearest: readonly string[]): RefusalReason => ({
    kind: 'no_support',
    why: `The model knows nothing like “${phrase}”; closest to it: ${quoted(nearest)}. Another model may know it.`,
  }),
  attributeNotSeen: (phrase: string, rival: string, nearest: readonly string[]): RefusalReason => ({
    kind: 'attribute_not_seen',
    why: `The model can't tell “${phrase}” from “${rival}” in any image. Of the names it knows, ${quoted(nearest)} ${nearest.length > 1 ? 'come' : 'comes'} closest.`,
  }),
  likeAnother: (phrase: string, other: string): RefusalReason => ({
    kind: 'like_its_opposite',
    why: `“${phrase}” and “${other}” are nearly the same to the model, so it can't tell which of them it sees.`,
  }),
  tooSmall: (phrase: string, sidePx: number): RefusalReason => ({
    kind: 'too_small',
    why: `Nearly all objects of this kind on this camera are smaller than ${sidePx} pixels, too small to recognise “${phrase}”. A closer view would help.`,
  }),
  belowExample: (phrase: string, example: number, threshold: number): RefusalReason => ({
    kind: 'below_example',
    why: `Your example of “${phrase}” scores ${example.toFixed(1)}, but anything that scores ${threshold.toFixed(1)} or less is more like something else. Another example or different wording may work better.`,
  }),
  tooLoudForExample: (phrase: string, example: number, threshold: number, often: string): RefusalReason => ({
    kind: 'too_loud',
    why: `To keep false alarms rare, “${phrase}” needs a score above ${threshold.toFixed(1)}, but your example scores ${example.toFixed(1)}. A rule that fires for it would also have fired ${often} by mistake.`,
  }),
  tooLoud: (phrase: string, often: string): RefusalReason => ({
    kind: 'too_loud',
    why: `Much of what this camera shows matches “${phrase}”: the rule would have fired ${often}. Either it is often there, or the model can't recognise it here.`,
  }),
};

function quoted(names: readonly string[]): string {
  const marks = names.map((name) => `“${name}”`);
  return marks.length < 2 ? (marks[0] ?? 'nothing') : `${marks.slice(0, -1).join(', ')} and ${marks.at(-1)}`;
}
