import type { Interpretation, Question, QuestionTopic, Reason, Rule } from '@lookout/protocol';
import { type Mark, phrasesOf } from './marks.js';
import { type Edits, knownParts, PARTS, type Part, type PartValues, ruleOf, TRAITS, withEdits } from './parts.js';

/** One part of a rule as it is shown: what it is, and the words it came from. */
export type Chip =
  | {
      kind: 'known';
      part: Part;
      /** Of the whole rule, as the value of one part may need another to be worded. */
      parts: Partial<PartValues>;
      /** Where it comes from: words of the sentence, a default, or a person's own edit. */
      source: { kind: 'said'; phrases: readonly string[] } | { kind: 'usual' } | { kind: 'edited' };
    }
  /** Needs an answer before the rule is whole; without a question, a choice by hand. */
  | { kind: 'open'; part: Part; question?: Question; parts: Partial<PartValues> }
  /** Nothing that a rule can say. */
  | { kind: 'refused'; phrase: string };

const PART_OF_TOPIC: Record<QuestionTopic, Part> = {
  subject: 'who',
  count: 'who',
  behavior: 'does',
  direction: 'does',
  zone: 'where',
  line: 'where',
  camera: 'where',
  duration: 'long',
  time: 'when',
};

/** The part of a rule that a question is about. */
export function partOfTopic(topic: QuestionTopic): Part {
  return PART_OF_TOPIC[topic];
}

/** One of the rules of a sentence, complete or not yet. */
export interface DraftRule {
  parts: Partial<PartValues>;
  chips: Chip[];
  /** Undefined until every part is known. */
  rule: Rule | undefined;
}

/**
 * The rules that a sentence states, with the parts that were set by hand.
 * @param edits of each rule, by its index
 */
export function draftRules(
  prompt: string,
  interpretation: Interpretation,
  marks: readonly Mark[],
  edits: readonly (Edits | undefined)[],
): DraftRule[] {
  switch (interpretation.status) {
    case 'ok':
      return interpretation.rules.map((rule, index) => {
        const own = edits[index] ?? {};
        // A complete rule has all parts, and an edit keeps them.
        const parts = withEdits(knownParts(rule) as PartValues, own);
        return completeDraft(parts, own, phrasesOf(prompt, marks, index));
      });
    case 'needs_input': {
      const known = interpretation.partial.rules.map(knownParts);
      return openDrafts(known, edits, prompt, marks, interpretation.questions, []);
    }
    case 'unsupported': {
      const known = interpretation.partial?.rules.map(knownParts) ?? [];
      return openDrafts(known, edits, prompt, marks, [], interpretation.reasons);
    }
  }
}

/** The draft of a rule that was given without a sentence, or that a person completes by hand. */
export function completeDraft(
  parts: PartValues,
  edits: Edits,
  phrases: Partial<Record<Part, readonly string[]>>,
): DraftRule {
  const rule = ruleOf(parts);
  const chips = PARTS.filter((part) => belongs(part, parts)).map((part): Chip => {
    if (isMissing(part, parts)) return { kind: 'open', part, parts };
    return { kind: 'known', part, parts, source: sourceOf(part, edits, phrases) };
  });
  return { parts, chips, rule };
}

/** Drafts of a sentence that leaves something open. An edit of the part that a question is about answers it. */
function openDrafts(
  known: readonly Partial<PartValues>[],
  edits: readonly (Edits | undefined)[],
  prompt: string,
  marks: readonly Mark[],
  questions: readonly Question[],
  reasons: readonly Reason[],
): DraftRule[] {
  const drafts = known.length > 0 ? known : [{}];
  return drafts.map((understood, index) => {
    const own = edits[index] ?? {};
    const phrases = phrasesOf(prompt, marks, index);
    const open = questions.filter(({ about }) => own[PART_OF_TOPIC[about]] === undefined);
    const parts: Partial<PartValues> = { ...understood, ...own };
    if (isComplete(parts) && open.length === 0 && reasons.length === 0) {
      return completeDraft(withEdits(parts, {}), own, phrases);
    }
    const chips = PARTS.flatMap((part): Chip[] => {
      const question = open.find(({ about }) => PART_OF_TOPIC[about] === part);
      if (question) return [{ kind: 'open', part, question, parts }];
      if (parts[part] === undefined || !belongs(part, parts)) return [];
      // What nobody said is shown once the rule is whole, but for what the rest would not make sense without.
      const source = sourceOf(part, own, phrases);
      return source.kind === 'usual' && part !== 'who' && part !== 'long'
        ? []
        : [{ kind: 'known', part, parts, source }];
    });
    return {
      parts,
      chips: [...chips, ...reasons.map(({ phrase }): Chip => ({ kind: 'refused', phrase }))],
      rule: undefined,
    };
  });
}

function isComplete(parts: Partial<PartValues>): parts is PartValues {
  return PARTS.every((part) => parts[part] !== undefined);
}

/** Whether a rule has such a part: most behaviours take no time. */
function belongs(part: Part, { does, long }: Partial<PartValues>): boolean {
  if (part !== 'long') return true;
  const seconds = does && TRAITS[does.behavior].seconds;
  return seconds === 'optional' ? long?.seconds !== undefined : seconds !== undefined;
}

function isMissing(part: Part, { does, where }: PartValues): boolean {
  if (part === 'where') return TRAITS[does.behavior].place === 'line' && where.line === undefined;
  return part === 'does' && TRAITS[does.behavior].hasOther === true && !does.other?.length;
}

function sourceOf(part: Part, edits: Edits, phrases: Partial<Record<Part, readonly string[]>>) {
  if (edits[part] !== undefined) return { kind: 'edited' as const };
  const said = phrases[part];
  return said ? { kind: 'said' as const, phrases: said } : { kind: 'usual' as const };
}
