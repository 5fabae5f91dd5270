import { withArticle } from '../../english/words.js';
import type { Source } from '../context/source.js';
import { textOf } from '../text/tokens.js';
import { adjectivesEnd, isWorn, seenNounAt } from './nouns.js';

/** An attribute of a person or thing: “not wearing a red helmet”. */
export interface Attribute {
  readonly start: number;
  readonly end: number;
  /** Text for a model, without a negation: “wearing a red helmet”. */
  readonly words: string;
  readonly absent: boolean;
  /** Whether it can stand apart from its person: “enters the yard without a helmet”. */
  readonly canStandApart: boolean;
}

const LINK = '(?:(?:who|that|which) )?';
const BE = "(?:(?:is|are|was|were|be|being|'s|has been|have been) )?";
/** Words before the thing, longest first; `not` negates it. */
const LEADS: readonly RegExp[] = [
  new RegExp(`^${LINK}(?:do|does|did) (?<not>not) (?<verb>wear|carry|hold)(?= )`),
  new RegExp(`^${LINK}${BE}(?<not>not )?(?<verb>wearing|carrying|holding|pushing|pulling|riding)(?= )`),
  new RegExp(`^${LINK}(?<verb>wears|wear|carries|holds|pushes|rides)(?= )`),
  /^(?:who|that|which) (?<verb>has|have|had)(?: got)?(?= )/,
  /^(?<not>without|lacking|missing)(?: (?<verb>wearing|carrying))?(?= )/,
  /^(?<verb>with|in)(?= )/,
];
const NEGATIVE = /^(?:no|not any|not a|not an|neither)$/;
const ARTICLE = /^(?:a|an|the|any|some|his|her|their|its|one)$/;
const VERBS: Readonly<Record<string, string>> = {
  wear: 'wearing',
  wears: 'wearing',
  carry: 'carrying',
  carries: 'carrying',
  hold: 'holding',
  holds: 'holding',
  pushes: 'pushing',
  rides: 'riding',
  has: 'with',
  have: 'with',
  had: 'with',
  in: 'wearing',
};
/** Maximum length of a lead, words. */
const MAX_LEAD = 5;

/** An attribute that starts at `at`. @param ofPerson whether it is about people, who wear clothes */
export function saidAt(source: Source, at: number, ofPerson: boolean): Attribute | undefined {
  const lead = leadAt(source, at);
  if (!lead) return undefined;
  const { tokens } = source;
  let start = lead.end;
  let negative = false;
  for (let words = 2; words >= 1; words--) {
    const end = start + words;
    if (!NEGATIVE.test(wordsOf(source, start, end))) continue;
    negative = true;
    start = end;
    break;
  }
  if (ARTICLE.test(tokens[start]?.word ?? '')) start++;
  const thing = seenThingAt(source, start);
  if (!thing || (negative && lead.absent) || goesOn(source, thing.end)) return undefined;
  // "with a dog", "without a person" are relations that rules already have.
  if (lead.verb === 'with' && thing.isClass && !thing.isDescribed) return undefined;
  const worn = isWorn(thing.noun);
  if (lead.verb === 'in' && !(ofPerson && worn)) return undefined;
  if (/^wear/.test(lead.verb) && !ofPerson) return undefined;
  const bag = /(?:backpack|handbag|suitcase)$/.test(thing.noun);
  const verb =
    /^(?:with|has|have|had)$/.test(lead.verb) && ofPerson && worn && !bag ? 'wearing' : (VERBS[lead.verb] ?? lead.verb);
  return {
    start: at,
    end: thing.end,
    words: `${verb} ${thing.words}`,
    absent: lead.absent || negative,
    canStandApart: ofPerson && (lead.verb !== 'with' || worn || negative || thing.isDescribed),
  };
}

/** A thing with its adjectives; `words` reads as after a verb: `a red jacket`. */
function seenThingAt(
  source: Source,
  at: number,
): { end: number; words: string; noun: string; isDescribed: boolean; isClass: boolean } | undefined {
  const start = adjectivesEnd(source, at);
  // Longest name first: “light” in “light switch” is not an adjective.
  const whole = seenNounAt(source, at);
  const seen = whole && whole.end > start ? { start: at, ...whole } : withStart(start, seenNounAt(source, start));
  const known = source.classes.nounAt(source.tokens, start);
  const noun =
    known && !known.problem && known.end > (seen?.end ?? 0) && !known.classes.includes('*')
      ? { start, end: known.end, noun: known.noun, plural: known.plural }
      : seen;
  if (!noun) return undefined;
  const adjectives = textOf(source.tokens, { start: at, end: noun.start }).toLowerCase();
  const name = [adjectives, noun.noun].filter((part) => part !== '').join(' ');
  const words = noun.noun.endsWith('s') && noun.plural ? name : withArticle(name);
  return { end: noun.end, words, noun: noun.noun, isDescribed: adjectives !== '', isClass: noun !== seen };
}

/** "a helmet or a vest", "a helmet, jacket": two attributes, but a model is asked for only one. */
function goesOn(source: Source, at: number): boolean {
  const { kind, word } = source.tokens[at] ?? {};
  if (kind !== 'comma' && word !== 'and' && word !== 'or') return false;
  const next = at + (/^(?:and|or)$/.test(source.tokens[at + 1]?.word ?? '') ? 2 : 1);
  if (/^(?:without|with|wearing|carrying|holding|no|not)$/.test(source.tokens[next]?.word ?? '')) return true;
  const start = ARTICLE.test(source.tokens[next]?.word ?? '') ? next + 1 : next;
  return seenThingAt(source, start) !== undefined;
}

const withStart = <T extends object>(start: number, found: T | undefined) => found && { start, ...found };

function leadAt(source: Source, at: number): { verb: string; absent: boolean; end: number } | undefined {
  const text = `${wordsOf(source, at, at + MAX_LEAD)} `;
  for (const lead of LEADS) {
    const found = lead.exec(text);
    if (!found) continue;
    const { verb = '', not } = found.groups ?? {};
    const isWithout = not !== undefined && /^(?:without|lacking|missing)/.test(not);
    return {
      verb: verb === '' ? 'with' : verb,
      absent: not !== undefined || isWithout,
      end: at + found[0].trim().split(' ').length,
    };
  }
  return undefined;
}

/** Words up to the first token that is not a word. */
function wordsOf({ tokens }: Source, start: number, end: number): string {
  const words: string[] = [];
  for (const { kind, word } of tokens.slice(start, end)) {
    if (kind !== 'word') break;
    words.push(word);
  }
  return words.join(' ');
}
