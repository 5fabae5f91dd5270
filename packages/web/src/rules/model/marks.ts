import type { Interpretation, Span, SpanKey } from '@lookout/protocol';
import { differsAt, type Edits, type Part, type PartValues, partOfKey } from './parts.js';

/** A range of the sentence that is shown with a mark. `end` is exclusive; UTF-16 units. */
export interface Mark {
  start: number;
  end: number;
  /** `replaced`: the part was set by hand since; `asked`: a question is about it; `refused`: no rule can express it. */
  kind: 'understood' | 'replaced' | 'asked' | 'refused';
  /** Of an understood or replaced phrase. */
  part?: Part | undefined;
  /** Indexes of its rules; undefined: of all. */
  rules?: readonly number[] | undefined;
  /** The words of an understood phrase, by what each of them says. */
  words?: ReadonlyArray<{ start: number; end: number; key: SpanKey }>;
}

/** A piece of the sentence, in order; together they are the sentence. */
export interface Segment {
  start: number;
  text: string;
  mark?: Mark | undefined;
}

/** What to mark in the sentence, in order and without overlaps. */
export function marksOf(prompt: string, interpretation: Interpretation): Mark[] {
  const { spans } = interpretation;
  const phrases =
    interpretation.status === 'needs_input'
      ? interpretation.questions.map(({ phrase }) => ({ phrase, kind: 'asked' as const }))
      : interpretation.status === 'unsupported'
        ? interpretation.reasons.map(({ phrase }) => ({ phrase, kind: 'refused' as const }))
        : [];
  const marks: Mark[] = [];
  for (const { phrase, kind } of phrases) {
    const range = locate(prompt, phrase, spans, marks);
    if (range) marks.push({ ...range, kind });
  }
  for (const { start, end, key, rule } of spans) {
    const part = partOfKey(key);
    if (!part || end > prompt.length) continue;
    const mark: Mark = {
      start,
      end,
      kind: 'understood',
      part,
      rules: rule === undefined ? undefined : [rule],
      words: [{ start, end, key }],
    };
    const same = marks.findIndex((other) => other.part === part && other.start === start && other.end === end);
    const first = marks[same];
    // Words that several rules share.
    if (first) marks[same] = { ...first, rules: first.rules && mark.rules && [...first.rules, ...mark.rules] };
    else if (!marks.some((other) => overlaps(mark, other))) marks.push(mark);
  }
  return joined(
    prompt,
    marks.sort((a, b) => a.start - b.start),
  );
}

/** The marks, where words that are no longer true, since a part was set by hand, say so. @param drafts the rules, in order */
export function withReplaced(
  marks: readonly Mark[],
  drafts: ReadonlyArray<{ said: Partial<PartValues>; edits: Edits }>,
): Mark[] {
  return marks.flatMap((mark): Mark[] => {
    const { part, rules = drafts.map((_, index) => index), words = [] } = mark;
    const isReplaced = ({ key }: { key: SpanKey }) =>
      rules.every((rule) => {
        const { said = {}, edits = {} } = drafts[rule] ?? {};
        return part !== undefined && edits[part] !== undefined && differsAt(key, said, edits);
      });
    if (rules.length === 0 || !words.some(isReplaced)) return [mark];
    const pieces = words.map((word): Mark => {
      const kind = isReplaced(word) ? 'replaced' : 'understood';
      return { start: word.start, end: word.end, kind, part, rules: mark.rules };
    });
    return pieces.every(({ kind }) => kind === 'replaced') ? [{ ...mark, kind: 'replaced' }] : pieces;
  });
}

/** Divides the sentence at its marks. */
export function segmentsOf(prompt: string, marks: readonly Mark[]): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  for (const mark of marks) {
    if (mark.start > at) segments.push({ start: at, text: prompt.slice(at, mark.start) });
    segments.push({ start: mark.start, text: prompt.slice(mark.start, mark.end), mark });
    at = mark.end;
  }
  if (at < prompt.length) segments.push({ start: at, text: prompt.slice(at) });
  return segments;
}

/**
 * The marks of a sentence after it was changed in one place, until it is read again: those before the change stay, those after it move,
 * and those that it touches go.
 */
export function shiftMarks(marks: readonly Mark[], before: string, after: string): Mark[] {
  if (before === after) return [...marks];
  const shorter = Math.min(before.length, after.length);
  let prefix = 0;
  while (prefix < shorter && before[prefix] === after[prefix]) prefix++;
  let suffix = 0;
  while (suffix < shorter - prefix && before.at(-1 - suffix) === after.at(-1 - suffix)) suffix++;
  const changedUntil = before.length - suffix;
  const moved = after.length - before.length;
  return marks.flatMap((mark) => {
    if (mark.end <= prefix) return [mark];
    if (mark.start >= changedUntil) return [{ ...mark, start: mark.start + moved, end: mark.end + moved }];
    return [];
  });
}

/** The phrases of the sentence that became each part of a rule, in order. */
export function phrasesOf(prompt: string, marks: readonly Mark[], rule: number): Partial<Record<Part, string[]>> {
  const phrases: Partial<Record<Part, string[]>> = {};
  for (const mark of marks) {
    if (mark.part === undefined || mark.rules?.includes(rule) === false) continue;
    const list = phrases[mark.part] ?? [];
    list.push(prompt.slice(mark.start, mark.end));
    phrases[mark.part] = list;
  }
  return phrases;
}

/** The part that an assumption is about: assumptions quote the words that they are made from. */
export function partOfAssumption(assumption: string, prompt: string, marks: readonly Mark[]): Part | undefined {
  const [, phrase] = /“([^”]+)”/.exec(assumption) ?? [];
  const place = phrase === undefined ? undefined : locate(prompt, phrase, []);
  return place && marks.find((mark) => mark.part !== undefined && overlaps(mark, place))?.part;
}

/**
 * Where a phrase stands in the sentence: as whole words, and where possible among words that became nothing else.
 * @param taken ranges of other phrases
 */
export function locate(
  prompt: string,
  phrase: string,
  spans: readonly Span[],
  taken: readonly { start: number; end: number }[] = [],
): { start: number; end: number } | undefined {
  const wanted = phrase.toLowerCase();
  const text = prompt.toLowerCase();
  if (wanted === '' || text.length !== prompt.length) return undefined;
  const places: Array<{ start: number; end: number }> = [];
  for (let start = text.indexOf(wanted); start >= 0; start = text.indexOf(wanted, start + 1)) {
    const place = { start, end: start + wanted.length };
    if (!taken.some((other) => overlaps(place, other))) places.push(place);
  }
  const isFree = (place: { start: number; end: number }) => !spans.some((span) => overlaps(place, span));
  const whole = places.filter((place) => isWhole(prompt, place));
  return whole.find(isFree) ?? whole[0] ?? places[0];
}

/** Whether a range begins and ends between words. */
function isWhole(text: string, { start, end }: { start: number; end: number }): boolean {
  const isLetter = (char: string | undefined) => char !== undefined && /[\p{L}\p{N}]/u.test(char);
  return !isLetter(text[start - 1]) && !isLetter(text[end]);
}

function overlaps(a: { start: number; end: number }, b: { start: number; end: number }): boolean {
  return a.start < b.end && b.start < a.end;
}

/** Neighbours that are one phrase to the eye become one mark. */
function joined(prompt: string, marks: readonly Mark[]): Mark[] {
  const result: Mark[] = [];
  for (const mark of marks) {
    const last = result.at(-1);
    const isSame = last?.kind === 'understood' && mark.kind === 'understood' && last.part === mark.part;
    const isOfSame = String(last?.rules) === String(mark.rules);
    if (last && isSame && isOfSame && prompt.slice(last.end, mark.start).trim() === '') {
      const words = [...(last.words ?? []), ...(mark.words ?? [])];
      result[result.length - 1] = { ...last, end: mark.end, words };
    } else result.push(mark);
  }
  return result;
}
