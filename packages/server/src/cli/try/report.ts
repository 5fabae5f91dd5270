import type { CheckResult } from './checks.js';
import type { Identity } from './identify.js';
import type { Measurement, Percentiles } from './measure.js';

/** All results, as `--json` prints them. */
export interface TryReport extends Verdict {
  url: string;
  server: Identity;
  pictures: { source: string; count: number };
  checks: CheckResult[];
  measurements: Measurement[];
}

/** The report as lines of text. */
export function inWords(report: TryReport): string[] {
  const { url, server, pictures, checks, measurements, verdict, reasons } = report;
  const { health, version } = server;
  const failed = checks.filter(({ ok }) => !ok);
  return [
    `${url}: Lookout${version === undefined ? '' : ` ${version}`}, model ${health.model} on ${health.device}, health ${health.status}`,
    `checks: ${checks.length - failed.length} of ${checks.length} passed`,
    ...failed.map(({ name, detail }) => `  ✗ ${name}: ${detail}`),
    `${pictures.count === 1 ? 'picture' : `${pictures.count} pictures`} of ${pictures.source}`,
    ...measurements.flatMap(measured),
    `verdict: ${verdict}`,
    ...reasons.map((reason) => `  ${reason}`),
  ];
}

function measured(one: Measurement): string[] {
  const { transport, sessions, fps_asked, seconds, fps, sent, results, failed, unanswered, dropped, detections } = one;
  const name = transport === 'ws' ? 'WebSocket' : 'REST + SSE';
  const among = sessions === 1 ? 'one session' : `${sessions} sessions`;
  const drops = Object.entries(dropped).filter(([, count]) => count > 0);
  const lost = drops.map(([reason, count]) => `${count} ${reason}`).join(', ') || 'none';
  return [
    `${name}, ${among} at ${fps_asked} fps for ${seconds} s:`,
    `  round trip  ${inMs(one.round_trip_ms)}`,
    `  processing  ${inMs(one.processing_ms)}`,
    `  inference   ${inMs(one.inference_ms)}`,
    `  frames      ${fps} a second; ${sent} sent, ${results} with a result, ${failed + unanswered} without an answer; dropped: ${lost}`,
    `  found       ${detections} objects in a frame on average`,
    ...(one.reconnects > 0 ? [`  connection  lost ${one.reconnects} times`] : []),
  ];
}

function inMs(times: Percentiles | undefined): string {
  if (times === undefined) return 'nothing measured';
  return `p50 ${times.p50} ms, p95 ${times.p95} ms, p99 ${times.p99} ms, longest ${times.max} ms`;
}

export interface Verdict {
  /** `slow`: it works, but frames are late or many are dropped. `failing`: something does not work. */
  verdict: 'ok' | 'slow' | 'failing';
  reasons: string[];
}

/** What Lookout promises for live video. */
const FRESH_MS = 100;
const SERVED_SHARE = 0.9;

/** The verdict on all results. */
export function judge(checks: readonly CheckResult[], measurements: readonly Measurement[]): Verdict {
  const broken = checks.filter(({ ok }) => !ok).map(({ name }) => `not refused properly: ${name}`);
  const failing = [...broken, ...measurements.flatMap(failures)];
  if (failing.length > 0) return { verdict: 'failing', reasons: failing };
  const slow = measurements.flatMap(slownesses);
  return { verdict: slow.length > 0 ? 'slow' : 'ok', reasons: slow };
}

function failures({ transport, results, failed, unanswered, errors }: Measurement): string[] {
  const reasons: string[] = [];
  if (results === 0) reasons.push(`${transport}: no frame got a result`);
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
