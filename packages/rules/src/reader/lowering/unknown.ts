import { meaningsOf } from '../../lexicon/lexicon.js';
import type { Draft } from '../clauses/draft.js';
import type { Source } from '../context/source.js';
import { wordAt } from '../numbers/number.js';
import type { Chunk } from '../phrases/chunk.js';
import { singulars } from '../text/inflection.js';
import { ask, type Issue, refuse } from '../text/issue.js';
import { isFunctionWord } from '../words/grammar.js';

/** Words without content at the edge of an unknown phrase. */
const EDGE = /^(?:the|a|an|and|or|is|are|was|to|of|my|our|'s|that|who|which|as|be|been|,)$/;
/** Verbs whose object is a zone. */
const ZONE_VERBS = new Set(['enter', 'leave', 'go']);
/** What ends a verb after which a place follows: "hangs around the shed". */
const BEFORE_PLACE = /^(?:around|round|about|in|into|at|by|through|along)$/;

/** The words of a clause that nothing has read, each run of them as one phrase. */
export function unknownIssues(source: Source, draft: Draft): Issue[] {
  const runs: Array<{ start: number; end: number; before: Chunk | undefined }> = [];
  const { chunks } = draft.clause;
  chunks.forEach((chunk, i) => {
    if (!draft.unknown.includes(chunk)) return;
    const last = runs.at(-1);
    if (last && last.end === chunk.start) last.end = chunk.end;
    else runs.push({ start: chunk.start, end: chunk.end, before: chunks[i - 1] });
  });
  return runs.map((run) => unknownIssue(source, draft, run));
}

function unknownIssue(
  source: Source,
  draft: Draft,
  run: { start: number; end: number; before: Chunk | undefined },
): Issue {
  const { tokens, names, model } = source;
  let { start, end } = run;
  while (end - start > 1 && EDGE.test(wordAt(tokens, start))) start++;
  while (end - start > 1 && EDGE.test(wordAt(tokens, end - 1))) end--;
  const onlyFunction = tokens.slice(start, end).every(({ word }) => isFunctionWord(word));
  if (onlyFunction) {
    const next = draft.clause.chunks.find((chunk) => chunk.start >= run.end);
    if (next && next.kind !== 'join') end = next.end;
  }
  const head = wordAt(tokens, end - 1);
  const noun = singulars(head).some((form) => meaningsOf(form.noun).length > 0) && !/ly$/.test(head);
  const verb = run.before?.kind === 'verb' ? run.before.verb.kind : undefined;
  const definite = start > run.start;
  if (verb === 'cross' && definite && !/ly$/.test(head))
    return ask('line', start, end, 'Which line is “%”?', names.all('line'));
  const takesPlace = run.before?.kind === 'verb' && BEFORE_PLACE.test(wordAt(tokens, run.before.end - 1));
  if (verb && (ZONE_VERBS.has(verb) || takesPlace) && noun && definite)
    return ask('zone', start, end, 'Which area is “%”?', names.all('zone'));
  return refuse(start, end, noun ? `“%” is not something ${model} can see` : '“%” is not understood');
}
