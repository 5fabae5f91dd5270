import type { Question, QuestionTopic, Span } from '@lookout/protocol';
import { locate } from './marks.js';

// A question is answered, and a refused condition taken out, by changing the sentence: it stays the one account of the rule, and
// everything in it is read again.

/** What may stand before a name. */
const ARTICLE = /^(?:the|a|an|my|our|your|his|her|their|this|that)\s+/i;
const PREPOSITION =
  /^(?:(?:in|at|on|near|by|around|through|from|into|onto|to|over|across|along|under|behind|beside|inside|outside|past)\s+)+/i;
/** Words for a place that was not named. */
const SOMEWHERE = /^(?:there|here|inside|outside|somewhere)$/i;
const PRONOUN = /^(?:it|its|he|she|they|them|him|her|this|that|these|those|one|something|stuff|things?)$/i;
/** What one does with a line. */
const CROSSING = /^(?:cross|pass|walk|go|step|driv|jump|climb|run)\w*(?:\s+(?:over|across|through))?$/i;
/** Words before a time that belong to how it is said. */
const TIME_WORD = /(?:^|\s)(?:after|before|until|till|from|at|during|between|by|when|while|outside|since)\s*$/i;
/** Words before an amount that only fitted the vague one. */
const AMOUNT_WORD = /\b(?:an?|the|too|so|very|quite)\s+$/i;
const CONJUNCTION = '(?:and|or|but|then|&)';

/** The sentence with the answer in place of what was unclear; unchanged if that is no longer in it. */
export function answerQuestion(
  prompt: string,
  { about, phrase, candidates }: Question,
  answer: string,
  spans: readonly Span[],
): string {
  const found = locate(prompt, phrase, about === 'subject' ? [] : spans);
  if (!found) return prompt;
  // The question names what has no subject: that comes before it.
  const isMissing = about === 'subject' && candidates.length === 0 && !PRONOUN.test(phrase);
  if (isMissing) {
    const first = prompt.charAt(found.start);
    return spliced(prompt, found.start, found.start + 1, `${answer} ${first.toLowerCase()}`);
  }
  // The question names the verb that needs a line.
  if (about === 'line' && CROSSING.test(phrase)) return spliced(prompt, found.end, found.end, ` the ${answer}`);
  const { start, end } = widened(prompt, found, about, answer);
  return spliced(prompt, start, end, answerWords(prompt, found, answer, about, spans));
}

/** The sentence without a phrase, and without the comma or conjunction that joined it. */
export function takeOut(prompt: string, phrase: string, spans: readonly Span[]): string {
  const found = locate(prompt, phrase, spans);
  if (!found) return prompt;
  const before = prompt.slice(0, found.start);
  const after = prompt.slice(found.end);
  const joinedBefore = new RegExp(`(?:,\\s*)?(?:\\b${CONJUNCTION}\\s+)$`, 'i');
  const joinedAfter = new RegExp(`^\\s*,?\\s*${CONJUNCTION}\\b`, 'i');
  const kept = joinedBefore.test(before)
    ? before.replace(joinedBefore, ' ') + after
    : before + after.replace(joinedAfter, '');
  return tidied(kept, prompt);
}

/** The sentence with other words in place of a phrase. */
export function replacePhrase(prompt: string, phrase: string, words: string, spans: readonly Span[]): string {
  const found = locate(prompt, phrase, spans);
  if (!found) return prompt;
  const article = ARTICLE.exec(prompt.slice(found.start, found.end))?.[0].trim() ?? '';
  const fitting = /^an?$/i.test(article) ? (/^[aeiou]/i.test(words) ? 'an' : 'a') : article;
  if (!/^(?:an?|the|some\w*|any\w*)\b/i.test(words))
    return spliced(prompt, found.start, found.end, `${fitting} ${words}`);
  // “my wife” becomes “someone”.
  const owner = /\b(?:the|an?|my|our|his|her|their)\s+$/i.exec(prompt.slice(0, found.start))?.[0].length ?? 0;
  return spliced(prompt, found.start - owner, found.end, words);
}

interface Range {
  start: number;
  end: number;
}

/** The words to replace: with a time or an amount go the little words that only fitted the old ones. */
function widened(prompt: string, { start, end }: Range, about: QuestionTopic, answer: string): Range {
  const before = prompt.slice(0, start);
  const after = prompt.slice(end);
  if (about === 'time' && TIME_WORD.test(before) && startsWithTimeWord(answer)) {
    return { start: start - (before.match(TIME_WORD)?.[0].trimStart().length ?? 0), end };
  }
  if (about === 'count') {
    const fitted = AMOUNT_WORD.exec(before)?.[0].length ?? 0;
    const of = /^\s+of\b/i.exec(after)?.[0].length ?? 0;
    return { start: start - fitted, end: end + of };
  }
  return { start, end };
}

function answerWords(
  prompt: string,
  found: Range,
  answer: string,
  about: QuestionTopic,
  spans: readonly Span[],
): string {
  switch (about) {
    case 'zone':
    case 'line':
    case 'camera':
      return keepingArticle(prompt, found, answer);
    case 'count': {
      // “a crowd” counts and names what it counts.
      const names = spans.some(({ key }) => key === 'subject') || /^\s+(?:of\s+)?\p{L}/u.test(prompt.slice(found.end));
      return names && !isCrowd(prompt.slice(found.start, found.end)) ? answer : `${answer} people`;
    }
    case 'duration': {
      // “for too long” has its own “for”.
      const hasFor = /\b(?:for|than|least|over)\s*$/i.test(prompt.slice(0, found.start));
      return hasFor ? answer : `for ${answer}`;
    }
    default:
      return answer;
  }
}

function isCrowd(words: string): boolean {
  return /\b(?:crowd|mob|gang|gathering|queue|throng)\b/i.test(words);
}

function startsWithTimeWord(words: string): boolean {
  return /^(?:after|before|between|from|at|on)\b/i.test(words);
}

/** `in the shed` becomes `in the back door`: only the name was unclear. */
function keepingArticle(prompt: string, { start, end }: Range, words: string): string {
  const phrase = prompt.slice(start, end);
  if (SOMEWHERE.test(phrase)) return `in the ${words}`;
  const preposition = PREPOSITION.exec(phrase)?.[0] ?? '';
  const article = ARTICLE.exec(phrase.slice(preposition.length))?.[0].replace(/^an?\s/i, 'the ') ?? '';
  return preposition + (ARTICLE.test(words) ? words : article + words);
}

function spliced(prompt: string, start: number, end: number, words: string): string {
  return tidied(prompt.slice(0, start) + words + prompt.slice(end), prompt);
}

/** Without doubled spaces and stray commas; with a capital where there was one. */
function tidied(text: string, before: string): string {
  const tidy = text
    .replace(/\s+/g, ' ')
    .replace(/\s+([,.;!?])/g, '$1')
    .replace(/,(?=[,.;!?])/g, '')
    .replace(/^[\s,;]+|[\s,;]+$/g, '');
  const wasCapital = /^\p{Lu}/u.test(before.trimStart());
  return wasCapital ? tidy.charAt(0).toUpperCase() + tidy.slice(1) : tidy;
}
