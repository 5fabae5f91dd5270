import type { Source } from '../context/source.js';
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
  ['with no', 'without'],
  ['without being accompanied by', 'without'],
  ['unaccompanied by', 'without'],
  ['not accompanied by', 'without'],
  ['unattended by', 'without'],
  ['without wearing', 'without'],
  ['and no', 'without'],
  ['by', 'by'],
]);

/** "near a truck", "with a dog", "without a person": things that others are related to. */
export function relationAt(source: Source, at: number): Relation | undefined {
  const found = RELATIONS.longest(source.tokens, at);
  const things = found && thingsAt(source, found.end);
  if (!found || !things) return undefined;
  if (found.value === 'without' && things.negative) return undefined;
  // "with nobody around" is "without anybody".
  const relation = found.value === 'near' && things.negative ? 'without' : found.value;
  return { kind: 'relation', start: at, end: things.end, relation, things: { ...things, negative: false } };
}
