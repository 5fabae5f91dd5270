import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Interpretation } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { interpret } from './interpret.js';
import { HOME } from './testing/contexts.js';

interface Judged {
  readonly id: string;
  readonly prompt: string;
  readonly context: { zones: string[]; lines: string[]; cameras: string[]; classes: string[] | 'coco' };
}
type Judge = (example: Judged, answer: Interpretation) => { right: boolean; detail?: string };

const SHARED = join(import.meta.dirname, '../../../../../shared');
const { judge } = (await import(join(SHARED, 'probes/score-rules.mjs'))) as { judge: Judge };

function examplesIn(path: string): Judged[] {
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Judged);
}

function verdictOn(example: Judged) {
  const classes = example.context.classes === 'coco' ? HOME.classes : example.context.classes;
  return judge(example, interpret(example.prompt, { ...example.context, classes }));
}

describe('the examples of the specification', () => {
  it.each(examplesIn(join(SHARED, 'spec/rules-open.jsonl')))('$prompt', (example) => {
    expect(verdictOn(example)).toMatchObject({ right: true });
  });
});

// Each set was written before the reader had seen it, and has been read in full since.
describe('sentences written from the specification alone', () => {
  const folder = join(import.meta.dirname, 'testing');
  it.each(readdirSync(folder).filter((name) => name.endsWith('.jsonl')))('%s', (name) => {
    const examples = examplesIn(join(folder, name));
    const wrong = examples.filter((example) => !verdictOn(example).right);
    expect(wrong.map(({ id, prompt }) => `${id}: ${prompt}`)).toEqual([]);
  });
});
