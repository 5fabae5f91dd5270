import type { Verification } from '@lookout/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { AnswerRecord, MAX_RECORDED } from './answer-record.js';

const QUESTION = 'Is it?';
let record: AnswerRecord;
beforeEach(() => {
  record = new AnswerRecord();
});

function note(id: string, state: Verification['state'], more: Partial<Verification> = {}): void {
  record.note({ id, rule_id: 'r1', verification: { question: QUESTION, state, ...more } });
}

describe('AnswerRecord', () => {
  it('counts answers, but neither unanswered questions nor events without one', () => {
    record.note({ id: 'none', rule_id: 'r1' });
    for (const state of ['pending', 'confirmed', 'rejected', 'unsure', 'timed_out', 'failed'] as const)
      note(state, state);
    expect(record.summary('r1', QUESTION)).toEqual({ answers: 3, confirmed: 1, controls: 0, controls_yes: 0 });
    expect(record.summary('r2', QUESTION)).toMatchObject({ answers: 0 });
  });

  it('has each event once, in its latest state', () => {
    note('e1', 'confirmed');
    note('e1', 'confirmed', { control: 'yes' });
    expect(record.summary('r1', QUESTION)).toMatchObject({ answers: 1, controls: 1, controls_yes: 1 });
  });

  it('starts afresh with another question, and once the rule is removed', () => {
    note('e1', 'confirmed');
    expect(record.summary('r1', 'Another?')).toMatchObject({ answers: 0 });
    record.forgetRule('r1');
    expect(record.summary('r1', QUESTION)).toMatchObject({ answers: 0 });
  });

  it('remembers the newest of each rule', () => {
    for (let i = 0; i < MAX_RECORDED + 5; i++) note(`e${i}`, i < 5 ? 'confirmed' : 'rejected');
    expect(record.summary('r1', QUESTION)).toMatchObject({ answers: MAX_RECORDED, confirmed: 0 });
  });

  it('trusts a model that says yes to few empty pictures, but not to most', () => {
    for (const [id, control] of ['no', 'unsure', 'yes', 'no'].entries()) {
      note(`e${id}`, 'confirmed', { control: control as 'no' });
    }
    expect(record.summary('r1', QUESTION)).not.toHaveProperty('problem');
    for (const id of [5, 6, 7]) note(`e${id}`, 'confirmed', { control: 'yes' });
    expect(record.summary('r1', QUESTION)).toMatchObject({ controls: 7, controls_yes: 4, problem: 'always_yes' });
  });
});
