import type { PartialRule, Rule } from '@lookout/protocol';
import { assemble, type Reading } from './assemble.js';
import type { NounEntry } from './context/classes.js';
import type { Source } from './context/source.js';
import { type Description, findDescriptions, isAbout } from './described/find.js';
import type { Label } from './lowering/account.js';
import type { Range } from './phrases/chunk.js';
import { chunk } from './phrases/chunker.js';
import type { Issue } from './text/issue.js';
import type { Token } from './text/tokens.js';

/** A reading with descriptions as phrases of rules. */
export interface DescribedReading {
  readonly reading: Reading;
  readonly descriptions: readonly Description[];
}

type RuleLabel = Reading['labels'][number];
/** Tokens with each description replaced by one noun, and their original ranges. */
interface Rewritten {
  readonly tokens: readonly Token[];
  readonly origin: readonly Range[];
  /** By the word that replaces it. */
  readonly words: ReadonlyMap<string, Description>;
}

const PRONOUN = /^(?:it|they|them|he|she|him|this|that|one)$/;

/**
 * Reads a refused prompt again, with a noun in place of each description that a refusal is about; the rest is read as before.
 * @param anew makes a source of other tokens and further nouns
 * @returns undefined if descriptions do not help: the rest is still refused, or a rule has no place for one.
 */
export function readDescribed(
  source: Source,
  refused: Reading,
  anew: (tokens: readonly Token[], nouns: ReadonlyMap<string, NounEntry>) => Source,
): DescribedReading | undefined {
  // “when the gate is open” would otherwise be read as a time that is missing.
  const issues = refused.issues.filter((issue) => issue.status === 'unsupported' || issue.about === 'time');
  const descriptions = findDescriptions(source).filter((one) => issues.some((issue) => isAbout(one, issue)));
  if (descriptions.length === 0) return undefined;
  const rewritten = rewrite(source.tokens, descriptions);
  const nouns = new Map([...rewritten.words].map(([word, { classes }]) => [word, { classes, widened: false }]));
  const other = anew(rewritten.tokens, nouns);
  const reading = assemble(other, chunk(other));
  if (reading.issues.some(({ status }) => status === 'unsupported')) return undefined;
  return withPhrases(reading, rewritten, descriptions);
}

function rewrite(tokens: readonly Token[], descriptions: readonly Description[]): Rewritten {
  const made: Token[] = [];
  const origin: Range[] = [];
  const words = new Map<string, Description>();
  const skipped = (at: number) => descriptions.some(({ attributes }) => attributes.some((range) => within(at, range)));
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    const described = descriptions.find(({ head }) => head.start === at);
    if (!described) {
      if (skipped(at)) continue;
      made.push(token);
      origin.push({ start: at, end: at + 1 });
      continue;
    }
    const { head, plural, isNobody } = described;
    const word = `described${String.fromCharCode(97 + words.size)}`;
    words.set(word, described);
    const end = tokens[head.end - 1]?.end ?? token.end;
    if (isNobody) {
      made.push({ ...token, word: 'no' });
      origin.push(head);
    }
    made.push({ ...token, end, word: plural ? `${word}s` : word });
    origin.push(head);
    at = head.end - 1;
  }
  return { tokens: made, origin, words };
}

const within = (at: number, { start, end }: Range) => at >= start && at < end;

/** Adds the phrases to the rules whose subjects they are; undefined if a description plays another part, or shares a subject. */
function withPhrases(
  reading: Reading,
  { tokens, origin, words }: Rewritten,
  descriptions: readonly Description[],
): DescribedReading | undefined {
  const describedAt = (at: number) => words.get(tokens[at]?.word.replace(/s$/, '') ?? '');
  const inRange = ({ start, end }: Range) =>
    Array.from({ length: end - start }, (_, i) => describedAt(start + i)).filter((one) => one !== undefined);
  const rules: Rule[] = [];
  const indexes: number[][] = [];
  const used = new Set<Description>();
  for (const [i, rule] of reading.rules.entries()) {
    const subjects = reading.labels.filter(({ key, rules: of }) => key === 'subject' && of?.includes(i));
    const isUnnamed = subjects.length === 0 || subjects.some((range) => hasPronoun(tokens, range));
    if (isUnnamed) return undefined;
    const described = [...new Set(subjects.flatMap(inRange))];
    const others = subjects.filter((range) => inRange(range).length === 0);
    if (described.length === 0) {
      indexes.push([rules.push(rule) - 1]);
      continue;
    }
    const canSplit = rule.trigger.behavior !== 'absent' && !('count' in rule.trigger && rule.trigger.count);
    if (others.length > 0 || (described.length > 1 && !canSplit)) return undefined;
    for (const one of described) used.add(one);
    indexes.push(described.map((one) => rules.push(withPhrase(rule, one)) - 1));
  }
  const isElsewhere = reading.labels.some(({ key, ...range }) => key === 'other' && inRange(range).length > 0);
  if (isElsewhere || (reading.rules.length > 0 && used.size < descriptions.length)) return undefined;
  const labels = reading.labels.map((label) => labelBack(label, origin, indexes));
  const named = (text: string) => [...words].reduce((all, [word, { noun }]) => all.replaceAll(word, noun), text);
  return {
    descriptions,
    reading: {
      rules,
      issues: reading.issues.map((issue) => issueBack(issue, origin, named)),
      assumptions: [...descriptions.flatMap(({ assumptions }) => assumptions), ...reading.assumptions.map(named)],
      labels: [...labels, ...phraseLabels(descriptions, rules)],
      partial: reading.partial.map((partial) => partialWithPhrase(partial, descriptions)),
    },
  };
}

function hasPronoun(tokens: readonly Token[], { start, end }: Range): boolean {
  return tokens.slice(start, end).length === 1 && PRONOUN.test(tokens[start]?.word ?? '');
}

function withPhrase(rule: Rule, { classes, phrase, polarity }: Description): Rule {
  const subject = { classes: [...classes], phrase, ...(polarity && { polarity }) };
  return { ...rule, trigger: { ...rule.trigger, subject } };
}

/** An incomplete rule, with its phrase. */
function partialWithPhrase(partial: PartialRule, descriptions: readonly Description[]): PartialRule {
  const [only, ...others] = descriptions;
  if (!only || others.length > 0 || !('subject' in partial.trigger)) return partial;
  const { classes, phrase, polarity } = only;
  return { ...partial, trigger: { ...partial.trigger, subject: { classes, phrase, ...(polarity && { polarity }) } } };
}

const back = <T extends Range>(range: T, origin: readonly Range[]): T => ({
  ...range,
  start: origin[range.start]?.start ?? 0,
  end: origin[range.end - 1]?.end ?? 0,
});

function labelBack(label: RuleLabel, origin: readonly Range[], indexes: readonly (readonly number[])[]): RuleLabel {
  const { rules, ...rest } = back(label, origin);
  return rules ? { ...rest, rules: rules.flatMap((i) => indexes[i] ?? []) } : rest;
}

function issueBack(issue: Issue, origin: readonly Range[], named: (text: string) => string): Issue {
  const moved = back(issue, origin);
  return moved.status === 'needs_input'
    ? { ...moved, text: named(moved.text), candidates: moved.candidates.map(named) }
    : { ...moved, why: named(moved.why) };
}

/** Labels for the words that became a phrase: for a thing without a class, all of them. */
function phraseLabels(
  descriptions: readonly Description[],
  rules: readonly Rule[],
): (Label & { readonly rules: readonly number[] })[] {
  return descriptions.flatMap((one) => {
    const of = rules.flatMap(({ trigger: { subject } }, i) =>
      subject.phrase === one.phrase && subject.polarity === one.polarity ? [i] : [],
    );
    const ranges =
      one.classes.includes('*') || one.attributes.length === 0 ? [one.head, ...one.attributes] : one.attributes;
    return ranges.map((range) => ({ ...range, key: 'phrase' as const, rules: of }));
  });
}
