import type { Interpretation, PartialRule, Question, QuestionTopic, Reason, Rule } from '@lookout/protocol';
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
  | { kind: 'open'; part: Part; question: Question | undefined; parts: Partial<PartValues> }
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
function partOfTopic(topic: QuestionTopic): Part {
  return PART_OF_TOPIC[topic];
}

/** The phrases of a sentence that became each part of one of its rules. */
export type Phrases = Partial<Record<Part, readonly string[]>>;

/** Parts set by hand, each with the words that it replaced: once others stand there, the sentence counts again. */
export type ByHand = { [P in Part]?: { value: PartValues[P]; words: string } };

/** One of the rules of a sentence, complete or not yet. */
export interface DraftRule {
  parts: Partial<PartValues>;
  chips: Chip[];
  /** Undefined until every part is known. */
  rule: Rule | undefined;
  /** As the sentence has it. */
  said: Partial<PartValues>;
  /** The parts that are set by hand. */
  edits: Edits;
  phrases: Phrases;
}

/**
 * The rules that a sentence states, with the parts that were set by hand.
 * @param byHand for each rule, by its index
 */
export function draftRules(
  prompt: string,
  interpretation: Interpretation,
  marks: readonly Mark[],
  byHand: readonly ByHand[],
): DraftRule[] {
  const { rules, questions, reasons } = understood(interpretation);
  return rules.map((known, index) => {
    const open = { questions, reasons: index === 0 ? reasons : [], isRead: interpretation.status === 'ok' };
    return draftRule(known, byHand[index] ?? {}, phrasesOf(prompt, marks, index), open);
  });
}

/** What keeps a sentence from being read as rules. */
export interface OpenIssues {
  questions: readonly Question[];
  reasons: readonly Reason[];
  /** Whether nothing does. */
  isRead: boolean;
}

/** One rule, as far as it is known, with the parts that were set by hand. */
export function draftRule(known: Partial<PartValues>, byHand: ByHand, phrases: Phrases, open: OpenIssues): DraftRule {
  const edits = editsInEffect(byHand, phrases);
  const { questions, reasons, isRead } = open;
  const parts: Partial<PartValues> = { ...known, ...edits };
  // What is known of a rule before its questions are answered may be less than the sentence says.
  const isWhole = isRead && isComplete(parts);
  const shown: Partial<PartValues> = isWhole ? withEdits(parts, {}) : parts;
  const chips = PARTS.flatMap((part): Chip[] => {
    const question = questions.find(({ about }) => partOfTopic(about) === part);
    if (question || (isWhole && isMissing(part, parts))) return [{ kind: 'open', part, question, parts: shown }];
    if (shown[part] === undefined || !belongs(part, shown)) return [];
    // Of a phrase that was refused nothing may be left.
    if (!isWhole && isMissing(part, shown)) return [];
    const source = sourceOf(part, edits, phrases);
    // What nobody said is shown once the rule is whole, but for what the rest would not make sense without.
    if (!isWhole && source.kind === 'usual' && part !== 'who' && part !== 'long') return [];
    return [{ kind: 'known', part, parts: shown, source }];
  });
  const refused = reasons.map(({ phrase }): Chip => ({ kind: 'refused', phrase }));
  return {
    parts: shown,
    chips: [...chips, ...refused],
    rule: isWhole ? ruleOf(parts) : undefined,
    said: known,
    edits,
    phrases,
  };
}

/** Sets parts by hand, in place of what these phrases say. */
export function setByHand(byHand: ByHand, change: Edits, phrases: Phrases): ByHand {
  const set = PARTS.filter((part) => change[part] !== undefined);
  return {
    ...byHand,
    ...Object.fromEntries(set.map((part) => [part, { value: change[part], words: wordsOf(phrases, part) }])),
  };
}

/** Of so many rules of one sentence the place is preset. */
const MAX_PRESET = 8;

/** Presets a camera for every rule of a sentence that says nothing of where. */
export function onCamera(cameraId: string, byHand: readonly ByHand[]): ByHand[] {
  const where = { value: { cameras: [cameraId] }, words: '' };
  return Array.from({ length: Math.max(MAX_PRESET, byHand.length) }, (_, index) => ({ ...byHand[index], where }));
}

function editsInEffect(byHand: ByHand, phrases: Phrases): Edits {
  const parts = PARTS.filter((part) => byHand[part]?.words === wordsOf(phrases, part));
  return Object.fromEntries(parts.map((part) => [part, byHand[part]?.value]));
}

function wordsOf(phrases: Phrases, part: Part): string {
  return (phrases[part] ?? []).join(' ').toLowerCase();
}

/** What an answer says of each rule, and what it leaves open. */
function understood(interpretation: Interpretation) {
  switch (interpretation.status) {
    case 'ok':
      return { rules: interpretation.rules.map(knownParts), questions: [], reasons: [] };
    case 'needs_input':
      return { rules: atLeastOne(interpretation.partial.rules), questions: interpretation.questions, reasons: [] };
    case 'unsupported':
      return { rules: atLeastOne(interpretation.partial?.rules ?? []), questions: [], reasons: interpretation.reasons };
  }
}

/** A question or a refusal is shown even where nothing is understood. */
function atLeastOne(rules: readonly PartialRule[]): Partial<PartValues>[] {
  return rules.length > 0 ? rules.map(knownParts) : [{}];
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

/** Whether a part lacks what makes it one. */
function isMissing(part: Part, { who, does, where }: Partial<PartValues>): boolean {
  const traits = does && TRAITS[does.behavior];
  if (part === 'where') return traits?.place === 'line' && where?.line === undefined;
  if (part === 'does') return traits?.hasOther === true && !does?.other?.length;
  return part === 'who' && who?.classes.length === 0;
}

function sourceOf(part: Part, edits: Edits, phrases: Phrases) {
  if (edits[part] !== undefined) return { kind: 'edited' as const };
  const said = phrases[part];
  return said ? { kind: 'said' as const, phrases: said } : { kind: 'usual' as const };
}
