import type { ByHand } from './chips.js';

/** A sentence that is being written survives a visit to another page, such as that of a camera's areas, in this tab. */
const KEY = 'lookout.rule-draft';

export interface StoredDraft {
  /** Of the rule that is changed; undefined: a new one. */
  ruleId?: string | undefined;
  prompt: string;
  /** Set by hand, for each of its rules. */
  byHand: readonly ByHand[];
}

/** What was left of this rule, or of a new one. */
export function readDraft(ruleId: string | undefined): StoredDraft | undefined {
  try {
    const draft: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    if (typeof draft !== 'object' || draft === null) return undefined;
    const { prompt, byHand, ruleId: owner } = draft as Partial<StoredDraft>;
    if (owner !== ruleId || typeof prompt !== 'string' || !Array.isArray(byHand)) return undefined;
    return { ruleId, prompt, byHand };
  } catch {
    // Storage is forbidden here: nothing is left.
    return undefined;
  }
}

export function keepDraft(draft: StoredDraft | undefined): void {
  try {
    if (draft) sessionStorage.setItem(KEY, JSON.stringify(draft));
    else sessionStorage.removeItem(KEY);
  } catch {
    // Storage is forbidden here: the sentence lasts as long as this page.
  }
}
