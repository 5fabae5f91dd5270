import { BEHAVIOR_GUIDE, BEHAVIORS } from '@lookout/protocol';
import { expect, it } from 'vitest';
import { interpret } from './reader/interpret.js';

const CONTEXT = {
  zones: ['driveway', 'garden', 'back door', 'front desk'],
  lines: ['gate'],
  cameras: ['yard'],
  classes: ['person', 'dog', 'car', 'truck', 'suitcase', 'tv'],
};

it.each(BEHAVIORS)('the example of %s is read as its trigger', (behavior) => {
  const { example, trigger } = BEHAVIOR_GUIDE[behavior];
  expect(interpret(example, CONTEXT)).toMatchObject({ status: 'ok', rules: [{ trigger }] });
});
