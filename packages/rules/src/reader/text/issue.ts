import type { QuestionTopic } from '@lookout/protocol';

/** A part of the prompt that keeps it from being a rule. Token indexes, `end` exclusive. */
export type Issue = { readonly start: number; readonly end: number } & (
  | {
      readonly status: 'needs_input';
      readonly about: QuestionTopic;
      readonly text: string;
      readonly candidates: readonly string[];
    }
  | { readonly status: 'unsupported'; readonly why: string; readonly suggestions: readonly string[] }
);

/** A question to the user; `text` may name the phrase as `%`. */
export function ask(
  about: QuestionTopic,
  start: number,
  end: number,
  text: string,
  candidates: readonly string[] = [],
): Issue {
  return { status: 'needs_input', about, start, end, text, candidates };
}

/** A refusal; `why` may name the phrase as `%`. */
export function refuse(start: number, end: number, why: string, suggestions: readonly string[] = []): Issue {
  return { status: 'unsupported', start, end, why, suggestions };
}
