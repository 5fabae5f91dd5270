import type { Verification, Verify } from '@lookout/protocol';
import type { KeptEvent } from '../../platform/storage/index.js';

/** Outcome of a question. */
export type Outcome = Omit<Verification, 'question' | 'held' | 'lowered_from'>;

const STOPPED = 'Lookout was stopped before there was an answer';

/** An event whose question has no answer yet. */
export function asPending(event: KeptEvent, { question, hold }: Pick<Verify, 'question' | 'hold'>): KeptEvent {
  return { ...event, verification: { state: 'pending', question, ...(hold && { held: true }) } };
}

/**
 * An event with the outcome of its question. A no lowers its severity to `info`, and so does a missing answer if the rule says so; the
 * original severity is kept as `lowered_from`.
 */
export function withOutcome(event: KeptEvent, outcome: Outcome, verify: Verify): KeptEvent {
  const { state } = outcome;
  const isUnanswered = state === 'timed_out' || state === 'failed';
  const isLowered = state === 'rejected' || (isUnanswered && verify.on_timeout === 'lower');
  const severity = event.verification?.lowered_from ?? event.severity;
  const lowered = isLowered && severity !== 'info' ? { lowered_from: severity } : {};
  return {
    ...event,
    severity: isLowered ? 'info' : severity,
    verification: { question: verify.question, ...outcome, ...(verify.hold && { held: true }), ...lowered },
  };
}

/** An event whose question will not be answered, as the server that asked it has stopped. */
export function asAbandoned(event: KeptEvent): KeptEvent {
  if (event.verification?.state !== 'pending') return event;
  return { ...event, verification: { ...event.verification, state: 'failed', error: STOPPED } };
}

export const STOPPED_OUTCOME: Outcome = { state: 'failed', error: STOPPED };
