import { wordAt } from '../numbers/number.js';
import { PatternTable } from '../text/patterns.js';
import type { Token } from '../text/tokens.js';
import { AUXILIARIES, EMPTY_ADVERBS } from '../words/function-words.js';
import { VERBS, type Verb } from '../words/verbs.js';
import type { VerbChunk } from './chunk.js';

const TABLE = new PatternTable<Verb>(VERBS);
const NEGATIONS = new PatternTable([
  ['not|never|nor', true],
  ['no longer', true],
]);
/** Permission and duty said in other words than "may" and "must". */
const MODALS = new PatternTable<'may' | 'must' | 'forbidden'>([
  ['allowed|permitted|authorised|authorized|welcome|entitled [to]', 'may'],
  ['allowed|permitted in|on|at', 'may'],
  ['supposed|meant|expected to', 'must'],
  ['ought to', 'must'],
  ['to', 'must'],
  ['has|have|need|needs to', 'must'],
  ['forbidden|prohibited|banned [to/from]', 'forbidden'],
  ['off limits to|for', 'forbidden'],
]);
/** "starts to run", "keeps running": the verb that follows is meant. */
const CONTROLS = new PatternTable([['start~|begin~|keep~|continue~ [to/on]', true]]);
const BE: Verb = { kind: 'be' };
/** Adjectives of pace before a noun: "a slow car". */
const PACES = new PatternTable<Verb>([
  ['[very/too/really/extremely/unusually/quite/so] slow [moving/going]', { kind: 'slow', means: 'slower than normal' }],
  ['[very/too/really/extremely/unusually/quite/so] fast [moving/going]', { kind: 'fast', means: 'faster than normal' }],
]);

/** A verb with its auxiliaries, negation and modal; "is" alone is a verb too. */
export function verbAt(tokens: readonly Token[], at: number): VerbChunk | undefined {
  const seen = {
    nomore: false,
    be: false,
    have: false,
    negated: false,
    permitted: false,
    forbidden: false,
    finite: false,
  };
  let modal: VerbChunk['modal'];
  let best: VerbChunk | undefined;
  let end = at;
  const make = (verb: Verb, form: VerbChunk['form'], to: number): VerbChunk => ({
    kind: 'verb',
    start: at,
    end: to,
    verb,
    form,
    negated: seen.negated !== seen.forbidden,
    ...(modal && { modal }),
    passive: seen.be && (form === 'past' || form === 'participle'),
    finite: seen.finite || form === 's',
  });
  for (let steps = 0; steps < 8; steps++) {
    const found = TABLE.longest(tokens, end);
    // "there's loads of cars": after "is" no verb stands in the present.
    const verb = seen.be && found?.form === 's' && AUXILIARIES.get(wordAt(tokens, end)) !== 'be' ? undefined : found;
    const seenThere = seen.be || (verb?.form === 'participle' && !seen.have);
    if (verb && verb.end > (best?.end ?? 0)) best = make(seenOr(verb.value, seenThere), verb.form, verb.end);
    const permission =
      (seen.be && (wordAt(tokens, end) !== 'to' || isToDo(tokens, end))) ||
      seen.have ||
      end > at ||
      /^(?:has|have|need|needs|ought|allowed|permitted|forbidden|prohibited|banned)$/.test(wordAt(tokens, end))
        ? MODALS.longest(tokens, end)
        : undefined;
    const negation = NEGATIONS.longest(tokens, end);
    // "going left" is no "going to".
    const goes = wordAt(tokens, end) === 'going' && wordAt(tokens, end + 1) !== 'to';
    const auxiliary = goes ? undefined : AUXILIARIES.get(wordAt(tokens, end));
    const control = CONTROLS.longest(tokens, end);
    if (permission) {
      modal = permission.value === 'must' ? 'must' : 'may';
      seen.permitted = true;
      seen.forbidden ||= permission.value === 'forbidden';
      // "allowed in the pool": the preposition belongs to the place.
      end = /^(?:in|on|at)$/.test(wordAt(tokens, permission.end - 1)) ? permission.end - 1 : permission.end;
      best = TABLE.longest(tokens, end) ? best : make(BE, 'base', end);
    } else if (
      negation &&
      !seen.negated &&
      (end > at || wordAt(tokens, end) === 'never' || /^not$/.test(wordAt(tokens, end)))
    ) {
      seen.negated = true;
      seen.nomore ||= wordAt(tokens, negation.end - 1) === 'longer';
      end = negation.end;
    } else if (auxiliary && !(auxiliary === 'get' && !seen.be && verb)) {
      seen.be ||= auxiliary === 'be' || auxiliary === 'get';
      seen.have ||= auxiliary === 'have';
      if (auxiliary === 'may' || auxiliary === 'must') modal = auxiliary;
      seen.finite = true;
      end++;
    } else if (control && control.end > end && TABLE.longest(tokens, control.end)) end = control.end;
    else if (EMPTY_ADVERBS.has(wordAt(tokens, end)) && (end > at || TABLE.longest(tokens, end + 1))) end++;
    else break;
    // "is" on its own says that something is there.
    const word = wordAt(tokens, end - 1);
    if (seen.be && (AUXILIARIES.get(word) === 'be' || seen.negated) && (best === undefined || best.end < end))
      best = make(BE, undefined, end);
  }
  // "is no longer there" is gone.
  if (seen.nomore && best?.verb.kind === 'be' && !best.modal)
    return { ...best, verb: { kind: 'gone' }, negated: false };
  // "workers not wearing helmets", but not "not must be".
  const participle =
    best &&
    (best.form === 'ing' ||
      best.form === 'participle' ||
      best.form === 'past' ||
      best.verb.state ||
      best.verb.kind === 'be');
  // "dogs not allowed"
  const said = seen.permitted || (participle && !best?.modal);
  return wordAt(tokens, at) === 'not' && !said ? undefined : best;
}

/** "nobody is to enter", but not "is going to enter" and "is to the left". */
function isToDo(tokens: readonly Token[], at: number): boolean {
  return AUXILIARIES.get(wordAt(tokens, at - 1)) === 'be' && TABLE.longest(tokens, at + 1) !== undefined;
}

/** "is not seen", "nobody seen": being seen is being there. */
function seenOr(verb: Verb, passive: boolean): Verb {
  return verb.kind === 'see' && passive ? BE : verb;
}

/** A state that may stand before a noun: "parked", "speeding", "unattended". */
export function attributeAt(tokens: readonly Token[], at: number): VerbChunk | undefined {
  const pace = PACES.longest(tokens, at);
  const found = pace ? { ...pace, form: 'ing' as const } : TABLE.longest(tokens, at);
  if (!found || !(found.value.state || found.form === 'ing' || found.form === 'participle' || found.form === 'past'))
    return undefined;
  if (
    /^(?:leave|enter|cross|see|take|wear)$/.test(found.value.kind) ||
    (found.value.kind === 'go' && found.form !== 'ing')
  )
    return undefined;
  return {
    kind: 'verb',
    start: at,
    end: found.end,
    verb: found.value,
    form: found.form,
    negated: false,
    passive: false,
    finite: false,
  };
}

/** Whether a verb of the table starts here, in any form. */
export function isVerbForm(tokens: readonly Token[], at: number): boolean {
  return TABLE.longest(tokens, at) !== undefined;
}

/** Every word of the verbs, for finding typos. */
export function verbWords(): Iterable<string> {
  return [...TABLE.words(), ...MODALS.words(), ...CONTROLS.words()];
}
