import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Interpretation } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { interpret } from './interpret.js';
import { HOME } from './testing/contexts.js';

interface Judged {
  readonly prompt: string;
  readonly context: { zones: string[]; lines: string[]; cameras: string[]; classes: string[] | 'coco' };
}
const SHARED = join(import.meta.dirname, '../../../../../shared');
const corpus = readFileSync(join(SHARED, 'spec/rules-open.jsonl'), 'utf8').trim().split('\n');

describe('the examples of the specification', () => {
  it.each(corpus.map((line) => JSON.parse(line) as Judged))('$prompt', async (example) => {
    const { judge } = (await import(join(SHARED, 'probes/score-rules.mjs'))) as {
      judge(example: Judged, answer: Interpretation): { right: boolean; detail?: string };
    };
    const classes = example.context.classes === 'coco' ? HOME.classes : example.context.classes;
    const verdict = judge(example, interpret(example.prompt, { ...example.context, classes }));
    expect(verdict).toMatchObject({ right: true });
  });
});
