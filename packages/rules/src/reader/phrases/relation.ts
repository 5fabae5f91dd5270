import type { Source } from '../context/source.js';
import { wordAt } from '../numbers/number.js';
import { PatternTable } from '../text/patterns.js';
import type { Relation } from './chunk.js';
import { thingsAt } from './things.js';

const RELATIONS = new PatternTable<Relation['relation']>([
  ['near|beside|alongside|nearby', 'near'],
  ['[right] next to', 'near'],
  ['[too/very/right/up] close to', 'near'],
  ['[too/very/right] near [to]', 'near'],
  ['in the vicinity of', 'near'],
  ['in close proximity to', 'near'],
  ['in the company of', 'near'],
  ['with', 'near'],
  ['together|along with', 'near'],
  ['accompanied by', 'near'],
  ['without', 'without'],
  ['with no|neither', 'without'],
  ['without being accompanied by', 'without'],
  ['unaccompanied by', 'without'],
  ['not accompanied by', 'without'],
  ['unattended by', 'without'],
  ['without wearing', 'without'],
  ['and no', 'without'],
  ['by', 'by'],
]);

const AROUND = new PatternTable([
  ['[is/are/being] around|nearby|near|present', true],
  ['[is/are] close by', true],
  ['[is/are] in sight|view', true],
  ['[is/are] with|near|beside|by it|them|him|her', true],
  ['[is/are] next to it|them|him|her', true],
]);

/** "near a truck", "with a dog", "without a person": things that others are related to. */
export function relationAt(source: Source, at: number): Relation | undefined {
  return nobodyAround(source, at) ?? relatedAt(source, at);
}

/** "… and nobody around": without anybody. */
function nobodyAround(source: Source, at: number): Relation | undefined {
  const there = wordAt(source.tokens, at + 1) === 'there' ? 3 : 1;
  const things = /^(?:and|but)$/.test(wordAt(source.tokens, at)) ? thingsAt(source, at + there) : undefined;
  const around = things?.negative ? AROUND.longest(source.tokens, things.end) : undefined;
  if (!things || !around) return undefined;
  return { kind: 'relation', start: at, end: around.end, relation: 'without', things: { ...things, negative: false } };
}

function relatedAt(source: Source, at: number): Relation | undefined {
  const found = RELATIONS.longest(source.tokens, at);
  const things = found && thingsAt(source, found.end);
  if (!found || !things) return undefined;
  if (found.value === 'without' && things.negative) return undefined;
  // "with nobody around" is "without anybody".
  const relation = found.value === 'near' && things.negative ? 'without' : found.value;
  const end = (relation === 'without' && AROUND.longest(source.tokens, things.end)?.end) || things.end;
  return { kind: 'relation', start: at, end, relation, things: { ...things, negative: false } };
}
