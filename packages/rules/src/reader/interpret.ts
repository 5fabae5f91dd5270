import {
  type Interpretation,
  MAX_PROMPT_LENGTH,
  type Question,
  type Reason,
  type RuleContext,
} from '@lookout/protocol';
import { assemble } from './assemble.js';
import { ClassIndex } from './context/classes.js';
import { type Description, isAbout } from './described/find.js';
import { foreignRuns } from './language.js';
import { chunk } from './phrases/chunker.js';
import { preparePrompt, sourceOf } from './prepare-prompt.js';
import { readDescribed } from './read-described.js';
import { spansOf } from './spans.js';
import { summarise } from './summary.js';
import type { Issue } from './text/issue.js';
import type { Token } from './text/tokens.js';

/** Descriptions that can be looked for. */
export interface ReadingOptions {
  readonly phrases?: {
    /** Of tracks of a class: “a red car”. */
    readonly track: boolean;
    /** Of things without a class: “smoke”. */
    readonly open: boolean;
  };
  /** Suggestion to the user where that is not possible: “`lookout models pull …` would let it be tried”. */
  readonly pull?: string;
}

/**
 * Reads a sentence as rules. Every word of it becomes part of a rule, is named in the assumptions or is known to be empty; otherwise the
 * answer is a question or a refusal that names the words. Deterministic; never throws for a string.
 *
 * A description beyond the classes becomes a phrase only if a model can look for it; never without `phrases`.
 * @example interpret('a person without a helmet', context, { phrases: { track: true, open: false } })
 */
export function interpret(prompt: string, context: RuleContext, options: ReadingOptions = {}): Interpretation {
  if (prompt.length > MAX_PROMPT_LENGTH) {
    return refusal(prompt.slice(0, 80), `The sentence is longer than ${MAX_PROMPT_LENGTH} characters`);
  }
  const { source, corrections } = preparePrompt(prompt, context);
  const { tokens } = source;
  if (!tokens.some(({ kind }) => kind === 'word' || kind === 'number'))
    return refusal(prompt.trim(), 'There are no words to read');
  const foreign = foreignRuns(source);
  if (foreign.length > 0) {
    const reasons = foreign.map((run) => ({
      phrase: phraseOf(prompt, tokens, run),
      why: 'Only English sentences can be read',
      suggestions: [],
    }));
    return { status: 'unsupported', reasons, spans: [] };
  }
  const read = assemble(source, chunk(source));
  const { phrases, pull } = options;
  const described =
    phrases &&
    readDescribed(source, read, (tokens, nouns) =>
      sourceOf({ ...source, tokens, classes: new ClassIndex(context.classes, nouns) }),
    );
  const missing = described && phrases && !isLookedFor(described.descriptions, phrases);
  const reading = described && !missing ? described.reading : read;
  const spans = spansOf(tokens, reading.labels);
  const unsupported = reading.issues.filter((issue) => issue.status === 'unsupported');
  if (unsupported.length > 0)
    return {
      status: 'unsupported',
      reasons: distinct(
        joined(unsupported, tokens.length).map((issue) => {
          const reason = reasonOf(prompt, tokens, issue);
          const isDescribed =
            missing && pull !== undefined && described.descriptions.some((one) => isAbout(one, issue));
          return isDescribed ? { ...reason, suggestions: [...reason.suggestions, pull] } : reason;
        }),
      ),
      partial: { rules: [...reading.partial] },
      spans,
    };
  const questions = reading.issues.flatMap((issue) =>
    issue.status === 'needs_input' ? [questionOf(prompt, tokens, issue)] : [],
  );
  if (questions.length > 0)
    return { status: 'needs_input', questions: distinct(questions), partial: { rules: [...reading.partial] }, spans };
  if (reading.rules.length === 0) return refusal(prompt.trim(), 'There is nothing to warn about in this sentence');
  const rules = [...reading.rules];
  return {
    status: 'ok',
    rules,
    summary: summarise(rules),
    assumptions: [...corrections, ...reading.assumptions],
    spans,
  };
}

/** Whether the lanes that the descriptions need are available. */
function isLookedFor(
  descriptions: readonly Description[],
  { track, open }: { readonly track: boolean; readonly open: boolean },
): boolean {
  return descriptions.every(({ classes }) => (classes.includes('*') ? open : track));
}

function refusal(phrase: string, why: string): Interpretation {
  return {
    status: 'unsupported',
    reasons: [{ phrase, why, suggestions: ['warn me when a person enters the yard at night'] }],
    spans: [],
  };
}

function reasonOf(prompt: string, tokens: readonly Token[], issue: Issue & { status: 'unsupported' }): Reason {
  const phrase = phraseOf(prompt, tokens, issue);
  return { phrase, why: issue.why.replaceAll('%', phrase), suggestions: [...issue.suggestions] };
}

function questionOf(prompt: string, tokens: readonly Token[], issue: Issue & { status: 'needs_input' }): Question {
  const phrase = phraseOf(prompt, tokens, issue);
  return { about: issue.about, phrase, text: issue.text.replaceAll('%', phrase), candidates: [...issue.candidates] };
}

/** Exactly as it stands in the prompt. */
function phraseOf(prompt: string, tokens: readonly Token[], { start, end }: { start: number; end: number }): string {
  return prompt.slice(tokens[start]?.start ?? 0, tokens[end - 1]?.end ?? prompt.length);
}

/** A joined phrase longer than this share of the prompt would name nothing. */
const MAX_JOINED_SHARE = 0.6;

/** Refused words that stand side by side are one phrase: "I don't | know". */
function joined(
  issues: ReadonlyArray<Issue & { status: 'unsupported' }>,
  tokenCount: number,
): Array<Issue & { status: 'unsupported' }> {
  const found: Array<Issue & { status: 'unsupported' }> = [];
  for (const issue of [...issues].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = found.at(-1);
    const end = Math.max(last?.end ?? 0, issue.end);
    if (last && issue.start <= last.end && end - last.start <= MAX_JOINED_SHARE * tokenCount)
      found[found.length - 1] = { ...last, end };
    else found.push(issue);
  }
  return found;
}

function distinct<T extends { phrase: string }>(items: readonly T[]): T[] {
  return items.filter((item, i) => items.findIndex(({ phrase }) => phrase === item.phrase) === i);
}
