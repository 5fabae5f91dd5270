import { Verify } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import type { KeptEvent } from '../../platform/storage/index.js';
import { asAbandoned, asPending, withOutcome } from './verified-event.js';

const verify = Verify.parse({ question: 'Smoke?' });
const event = { id: 'e', severity: 'critical' } as KeptEvent;
const pending = asPending(event, verify);

describe('withOutcome', () => {
  it('lowers what was rejected to a note, and keeps the severity beside it', () => {
    expect(withOutcome(pending, { state: 'rejected', evidence: 'a curtain', ms: 9 }, verify)).toEqual({
      id: 'e',
      severity: 'info',
      verification: { state: 'rejected', question: 'Smoke?', evidence: 'a curtain', ms: 9, lowered_from: 'critical' },
    });
  });

  it.each([
    ['confirmed', 'pass', 'critical'],
    ['unsure', 'lower', 'critical'],
    ['timed_out', 'pass', 'critical'],
    ['timed_out', 'lower', 'info'],
    ['failed', 'pass', 'critical'],
    ['failed', 'lower', 'info'],
  ] as const)('%s, with on_timeout %s: %s', (state, on_timeout, severity) => {
    expect(withOutcome(pending, { state }, { ...verify, on_timeout }).severity).toBe(severity);
  });

  it('keeps no severity for a note, and gives the same result twice', () => {
    const note = withOutcome({ ...pending, severity: 'info' }, { state: 'rejected' }, verify);
    expect(note.verification).not.toHaveProperty('lowered_from');
    const once = withOutcome(pending, { state: 'rejected' }, verify);
    expect(withOutcome(once, { state: 'rejected' }, verify)).toEqual(once);
  });
});

describe('asAbandoned', () => {
  it('ends the wait for an answer that will not come', () => {
    const { verification } = asAbandoned(pending);
    expect(verification).toMatchObject({ state: 'failed', error: expect.stringContaining('stopped') });
    expect(asAbandoned(event)).toBe(event);
  });
});
