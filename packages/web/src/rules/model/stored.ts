import type { Interpretation, Rule, StoredRule } from '@lookout/protocol';
import { type ByHand, draftRules, setByHand } from './chips.js';
import { marksOf } from './marks.js';
import { differingParts, editsBetween, partsOf } from './parts.js';

// A stored rule is one rule, while the sentence it was read from may state several.

/** The sentence of a stored rule, and the parts that were set by hand. @param interpretation of its sentence, as it is read today */
export function startOfStored(
  stored: StoredRule,
  interpretation: Interpretation | undefined,
): { prompt: string; byHand: ByHand[] } {
  const prompt = stored.prompt ?? '';
  if (interpretation?.status !== 'ok') return { prompt, byHand: [] };
  const narrowed = narrowTo(stored.rule, interpretation);
  const drafts = draftRules(prompt, narrowed, marksOf(prompt, narrowed), []);
  const differences = narrowed.rules.map((read) => editsBetween(partsOf(read), partsOf(stored.rule)));
  return { prompt, byHand: drafts.map(({ phrases }, i) => setByHand({}, differences[i] ?? {}, phrases)) };
}

type OkInterpretation = Extract<Interpretation, { status: 'ok' }>;

/** What a sentence says about one rule: the one most like the rule given. */
export function narrowTo<T extends Interpretation>(rule: Rule, interpretation: T): T {
  if (interpretation.status !== 'ok' || interpretation.rules.length === 1) return interpretation;
  const index = nearest(rule, interpretation.rules);
  const spans = interpretation.spans
    .filter((span) => span.rule === undefined || span.rule === index)
    .map((span) => (span.rule === undefined ? span : { ...span, rule: 0 }));
  const narrowed: OkInterpretation = { ...interpretation, rules: interpretation.rules.slice(index, index + 1), spans };
  return narrowed as T;
}

function nearest(rule: Rule, candidates: readonly Rule[]): number {
  const differences = candidates.map((candidate) => differingParts(partsOf(candidate), partsOf(rule)).length);
  return differences.indexOf(Math.min(...differences));
}
