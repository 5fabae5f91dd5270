import type { Interpretation, RuleContext } from '@lookout/protocol';

/** Reads a sentence as rules. Deterministic; never throws for a string. */
export function interpret(prompt: string, _context: RuleContext): Interpretation {
  return {
    status: 'unsupported',
    reasons: [{ phrase: prompt, why: 'This sentence could not be read.', suggestions: [] }],
    spans: [],
  };
}
