import type { CheckResult } from './checks.js';
import type { Measurement } from './measure.js';

export interface Verdict {
  /** `slow`: it works, but frames are late or many are dropped. `failing`: something does not work. */
  verdict: 'ok' | 'slow' | 'failing';
  reasons: string[];
}

/** What Lookout promises of live video. */
const FRESH_MS = 100;
const SERVED_SHARE = 0.9;

/** What the findings come to. */
export function judge(checks: readonly CheckResult[], measurements: readonly Measurement[]): Verdict {
  const broken = checks.filter(({ ok }) => !ok).map(({ name }) => `refused wrongly or not at all: ${name}`);
  const failing = [...broken, ...measurements.flatMap(failures)];
  if (failing.length > 0) return { verdict: 'failing', reasons: failing };
  const slow = measurements.flatMap(slownesses);
  return { verdict: slow.length > 0 ? 'slow' : 'ok', reasons: slow };
}

function failures({ transport, results, failed, unanswered, errors }: Measurement): string[] {
  const reasons: string[] = [];
  if (results === 0) reasons.push(`${transport}: no frame came to a result`);
  if (failed > 0) reasons.push(`${transport}: ${failed} frames failed (${errors.join('; ')})`);
  if (unanswered > 0) reasons.push(`${transport}: ${unanswered} frames were never answered`);
  return reasons;
}

function slownesses({ transport, fps, fps_asked, sessions, round_trip_ms }: Measurement): string[] {
  const reasons: string[] = [];
  const asked = fps_asked * sessions;
  if (round_trip_ms && round_trip_ms.p95 > FRESH_MS) {
    reasons.push(`${transport}: one frame in twenty takes more than ${FRESH_MS} ms (${round_trip_ms.p95} ms)`);
  }
  if (fps < SERVED_SHARE * asked) reasons.push(`${transport}: ${fps} of ${asked} frames a second were served`);
  return reasons;
}
