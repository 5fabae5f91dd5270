import type { RuleContext } from '@lookout/protocol';
import { isEnglishWord } from '../lexicon/lexicon.js';
import { ClassIndex } from './context/classes.js';
import { NameIndex, type NameMatch } from './context/names.js';
import type { Source } from './context/source.js';
import { numberAt, wordAt } from './numbers/number.js';
import { chunkerWords } from './phrases/chunker.js';
import { placeWords } from './phrases/places.js';
import { attributeAt, isVerbForm, verbWords } from './phrases/verb-phrase.js';
import { singulars } from './text/inflection.js';
import { editDistance, nearestWord } from './text/spelling.js';
import { type Token, tokenize } from './text/tokens.js';
import { timeWords } from './times/time-words.js';
import { ARTICLES, DEMONSTRATIVES, OWN } from './words/function-words.js';
import { functionWords, isFunctionWord } from './words/grammar.js';
import {
  CARDINALS,
  COMPARISONS_AFTER,
  COMPARISONS_BEFORE,
  MEASURES_WORDS,
  MULTIPLIERS,
  TENS,
  UNITS_S,
} from './words/numbers.js';

/** A prompt prepared for reading: typos corrected, with what its words may refer to. */
export interface PreparedPrompt {
  readonly source: Source;
  readonly corrections: readonly string[];
}

/** Every word that the reader's own tables know. */
const VOCABULARY: ReadonlySet<string> = new Set([
  ...chunkerWords(),
  ...verbWords(),
  ...placeWords(),
  ...functionWords(),
  ...timeWords(),
  ...CARDINALS.keys(),
  ...TENS.keys(),
  ...MULTIPLIERS.keys(),
  ...UNITS_S.keys(),
  ...MEASURES_WORDS,
  ...[...COMPARISONS_BEFORE, ...COMPARISONS_AFTER].flatMap(([pattern]) => pattern.match(/[a-z]+/g) ?? []),
]);

const VERB_WORDS: ReadonlySet<string> = new Set(verbWords());

/** Prepares a prompt for reading in a context. */
export function preparePrompt(prompt: string, context: RuleContext): PreparedPrompt {
  const names = new NameIndex(context);
  const classes = new ClassIndex(context.classes);
  const corrections: string[] = [];
  let contextWords: ReadonlySet<string> | undefined;
  const inContext = () => (contextWords ??= new Set([...names.words(), ...classes.words()]));
  const known = (word: string) => VOCABULARY.has(word) || isEnglish(word) || inContext().has(word);
  const tokens = tokenize(prompt).map((token, i, all): Token => {
    if (token.kind !== 'word') return token;
    const word =
      confusedWord(token.word, all[i - 1]?.word) ??
      (known(token.word) || isProperName(token, all[i - 1]) || joinsName(names, all, i)
        ? undefined
        : nearestWord(token.word, new Set([...inContext(), ...VOCABULARY]), names.words()));
    if (word === undefined) return token;
    corrections.push(`“${token.text}” is read as “${word}”`);
    return { ...token, word };
  });
  const model = context.model === undefined ? 'the model' : `model ${context.model}`;
  return { source: sourceOf({ tokens, names, classes, model }), corrections };
}

/** A source that finds only names meant as such. */
export function sourceOf(parts: Omit<Source, 'namesAt'>): Source {
  const named: Array<readonly NameMatch[] | undefined> = [];
  return { ...parts, namesAt: (at) => (named[at] ??= meantNames(parts.tokens, parts.names, at)) };
}

/** "more then" for "more than", "2 minuets", "runing" for "running": errors that make other words of English, or look like its forms. */
function confusedWord(word: string, before: string | undefined): string | undefined {
  if (word === 'then' && /^(?:more|less|longer|fewer|greater|faster|slower|other|bigger|later)$/.test(before ?? ''))
    return 'than';
  if (/^\d|^(?:an?|one|two|three|four|five|six|ten|twenty|thirty)$/.test(before ?? '') && !VOCABULARY.has(word)) {
    const unit = [...UNITS_S.keys()].find((name) => name.length > 4 && editDistance(name, word) === 1);
    if (unit !== undefined) return unit;
  }
  const doubled = word.replace(/([bdgmnprt])(ing|ed)$/, '$1$1$2');
  return doubled !== word && !VOCABULARY.has(word) && VERB_WORDS.has(doubled) ? doubled : undefined;
}

/** Part of a name that is written apart or together: "drive way". */
function joinsName(names: NameIndex, tokens: readonly Token[], at: number): boolean {
  return names.longest(tokens, at).length > 0 || names.longest(tokens, Math.max(0, at - 1)).some(({ end }) => end > at);
}

/** A capital inside a sentence: somebody's name, not a typo. */
function isProperName(token: Token, before: Token | undefined): boolean {
  return before !== undefined && before.kind !== 'stop' && /^\p{Lu}\p{Ll}/u.test(token.text);
}

export function isKnownWord(word: string): boolean {
  return VOCABULARY.has(word) || isEnglish(word);
}

function isEnglish(word: string): boolean {
  if (word.length < 3) return true;
  const stems = [
    word,
    word.replace(/(?:ing|ed|es|er|ly)$/, ''),
    word.replace(/(?:ing|ed|er)$/, 'e'),
    word.replace(/(.)\1(?:ing|ed|er)$/, '$1'),
    word.replace(/i(?:ed|es|er|ly)$/, 'y'),
  ];
  return (
    stems.some((stem) => stem.length > 2 && isEnglishWord(stem)) ||
    singulars(word).some(({ noun }) => isEnglishWord(noun))
  );
}

/** Verbs and prepositions that a name may follow. */
const BEFORE_NAME = /^(?:enter|leave|cross|exit|access|approach|reach|through|of|vacate)/;

/**
 * The names that start at `at` and are meant as such: a name that is also a word of the language ("till", "crossing", "night") only where
 * a place can stand.
 */
function meantNames(tokens: readonly Token[], names: NameIndex, at: number): readonly NameMatch[] {
  const matches = names.longest(tokens, at);
  const [first] = matches;
  if (!first || first.end - at > 1 || !isOrdinary(tokens, at)) return matches;
  let before = at - 1;
  while (before >= 0 && isOpening(wordAt(tokens, before))) before--;
  const opened = before < at - 1;
  const next = wordAt(tokens, first.end);
  if (next === 'of') return [];
  if (/^(?:camera|cam|zone|area|line)$/.test(next) || /^(?:camera|cam|zone|area|line)$/.test(wordAt(tokens, at - 1)))
    return matches;
  const word = wordAt(tokens, at);
  // "till unattended", "please, till unattended"
  const said = !isVerbForm(tokens, at) && !ORDINARY_NOUNS.has(word) && attributeAt(tokens, first.end);
  if (said && opensClause(tokens, before)) return matches;
  if (before < 0)
    return (opened && !ORDINARY_NOUNS.has(wordAt(tokens, at))) || tokens[first.end]?.kind === 'colon' || next === 'is'
      ? matches
      : [];
  if (wordAt(tokens, before) === 'to' && !opened) return [];
  if (numberAt(tokens, first.end) && numberAt(tokens, at - 1)) return [];
  if (tokens[before]?.kind === 'number' && !opened) return [];
  if (isPreposition(tokens, before) || BEFORE_NAME.test(wordAt(tokens, before))) return matches;
  const joined =
    /^(?:and|or|,)$/.test(wordAt(tokens, before)) && before > 0 && names.longest(tokens, before - 1).length > 0;
  return joined || (opened && !isVerbForm(tokens, at) && !ORDINARY_NOUNS.has(wordAt(tokens, at))) ? matches : [];
}

/** Whether a clause may start after this token. */
function opensClause(tokens: readonly Token[], before: number): boolean {
  const mark = /^(?:comma|stop|colon)$/.test(tokens[before]?.kind ?? '');
  return before < 0 || mark || /^(?:please|pls|kindly|thanks|immediately|asap)$/.test(wordAt(tokens, before));
}

function isPreposition(tokens: readonly Token[], at: number): boolean {
  return /^(?:in|at|on|into|onto|from|near|by|inside|off|past|over|across|through|around|to|toward|towards|within|via|along|behind|beside|out)$/.test(
    wordAt(tokens, at),
  );
}

function isOpening(word: string): boolean {
  return ARTICLES.has(word) || OWN.has(word) || DEMONSTRATIVES.has(word);
}

function isOrdinary(tokens: readonly Token[], at: number): boolean {
  const { word = '' } = tokens[at] ?? {};
  return VOCABULARY.has(word) || isFunctionWord(word) || isVerbForm(tokens, at) || ORDINARY_NOUNS.has(word);
}

/** Class nouns that may be names of zones: a name only where a place can stand. */
const ORDINARY_NOUNS = new Set([
  'person',
  'people',
  'dog',
  'cat',
  'car',
  'truck',
  'bus',
  'bench',
  'sofa',
  'couch',
  'bed',
  'chair',
  'table',
  'boat',
  'train',
  'bike',
  'toilet',
  'sink',
  'oven',
  'fridge',
  'tv',
  'someone',
  'anyone',
  'animal',
  'vehicle',
  'bag',
]);
