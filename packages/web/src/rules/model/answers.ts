import type { Question, QuestionTopic, Span } from '@lookout/protocol';
import { locate } from './marks.js';

// A question is answered, and a refused condition taken out, by changing the sentence: it stays the one account of the rule, and
// everything in it is read again.

/** An article or possessive that may stand before a name. */
const ARTICLE = /^(?:the|a|an|my|our|your|his|her|their|this|that)\s+/i;
/** Words before a time that belong to how it is said. */
const TIME_WORD = /(?:^|\s)(?:after|before|until|till|from|at|during|between|by|when|while|outside|since)\s*$/i;
const CONJUNCTION = '(?:and|or|but|then|&)';

/** The sentence with the answer in place of what was unclear; unchanged if that is no longer in it. */
export function answerQuestion(prompt: string, { about, phrase }: Question, answer: string, spans: readonly Span[]) {
  const found = locate(prompt, phrase, about === 'subject' ? [] : spans);
  if (!found) return prompt;
  // A verb whose subject is missing: the subject comes before it.
  const isVerb = spans.some(({ key, start, end }) => key === 'behavior' && start < found.end && found.start < end);
  if (about === 'subject' && isVerb) return inserted(prompt, found.start, answer);
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
  return spliced(prompt, found.start, found.end, ARTICLE.test(words) ? words : `${fitting} ${words}`);
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
    const article = /\b(?:an?|the)\s+$/i.exec(before)?.[0].length ?? 0;
    const of = /^\s+of\b/i.exec(after)?.[0].length ?? 0;
    return { start: start - article, end: end + of };
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

/** `the shed` becomes `the back door`, as the article was not what was unclear. */
function keepingArticle(prompt: string, { start, end }: Range, words: string): string {
  const article = ARTICLE.exec(prompt.slice(start, end))?.[0].replace(/^an?\s/i, 'the ') ?? '';
  return ARTICLE.test(words) ? words : article + words;
}

function inserted(prompt: string, at: number, words: string): string {
  return spliced(prompt, at, at, `${words} `);
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
