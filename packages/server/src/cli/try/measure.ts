import { setTimeout as sleep } from 'node:timers/promises';
import type { DetectionSession, DetectionSessionCounts, LookoutClient } from '@lookout/client';

export interface MeasureOptions {
  transport: 'ws' | 'sse';
  sessions: number;
  /** Frames per second of each session. */
  fps: number;
  seconds: number;
  images: readonly Uint8Array<ArrayBuffer>[];
  signal: AbortSignal;
  /** @param share progress, 0..1 */
  onProgress(share: number, results: number): void;
}

export interface Measurement {
  transport: 'ws' | 'sse';
  sessions: number;
  fps_asked: number;
  seconds: number;
  sent: number;
  results: number;
  failed: number;
  /** Frames that were sent and never answered. */
  unanswered: number;
  dropped: DetectionSessionCounts['dropped'];
  /** Results per second of all sessions together. */
  fps: number;
  round_trip_ms: Percentiles | undefined;
  /** From a frame's arrival at the server to its result. */
  processing_ms: Percentiles | undefined;
  inference_ms: Percentiles | undefined;
  /** Objects in a frame, on average. */
  detections: number;
  reconnects: number;
  /** Errors of the first frames that failed. */
  errors: string[];
}

/** Maximum frames in flight per session: those of a 100 ms round trip at usual rates, and one more. */
const IN_FLIGHT = 4;
/** Time to wait for answers after the last frame. */
const DRAIN_MS = 10_000;
const MAX_ERRORS = 5;

/** Sends images over all sessions at a steady rate and measures the answers. @throws LookoutError if no session opens */
export async function measure(client: LookoutClient, options: MeasureOptions): Promise<Measurement> {
  const { transport, sessions: count, fps, signal } = options;
  const roundTrips: number[] = [];
  const processing: number[] = [];
  const inference: number[] = [];
  const errors = new Set<string>();
  let detections = 0;
  const sessions: DetectionSession[] = [];
  try {
    for (let i = 0; i < count; i++) {
      const session = await client.openDetectionSession({
        transport,
        settings: { fps_limit: fps },
        maxInFlight: IN_FLIGHT,
        signal,
        onAnswer: (answer) => {
          if (answer.type === 'error' && errors.size < MAX_ERRORS) errors.add(answer.error.message);
          if (answer.type !== 'result') return;
          roundTrips.push(answer.roundTripMs);
          processing.push(answer.processing_time_ms);
          inference.push(answer.inference_ms);
          detections += answer.detections.length;
        },
      });
      sessions.push(session);
    }
    const startedMs = performance.now();
    await Promise.all(sessions.map((session, i) => send(session, i, startedMs, options, () => roundTrips.length)));
    // Includes the period of the last frame.
    const tookS = (performance.now() - startedMs) / 1000 + (signal.aborted ? 0 : 1 / fps);
    await drained(sessions, signal);
    const counts = sessions.map((session) => session.counts());
    const sum = (pick: (one: DetectionSessionCounts) => number) => counts.reduce((all, one) => all + pick(one), 0);
    const results = roundTrips.length;
    return {
      transport,
      sessions: count,
      fps_asked: fps,
      seconds: tenth(tookS),
      sent: sum(({ sent }) => sent),
      results,
      failed: sum(({ failed }) => failed),
      unanswered: sum(({ inFlight }) => inFlight),
      dropped: {
        rate_limited: sum(({ dropped }) => dropped.rate_limited),
        superseded: sum(({ dropped }) => dropped.superseded),
        queue_full: sum(({ dropped }) => dropped.queue_full),
        in_flight: sum(({ dropped }) => dropped.in_flight),
        offline: sum(({ dropped }) => dropped.offline),
      },
      fps: tenth(results / tookS),
      round_trip_ms: percentiles(roundTrips),
      processing_ms: percentiles(processing),
      inference_ms: percentiles(inference),
      detections: tenth(detections / Math.max(1, results)),
      reconnects: sum(({ reconnects }) => reconnects),
      errors: [...errors],
    };
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
}

/** Follows a schedule: a late frame does not delay the following ones. */
async function send(
  session: DetectionSession,
  index: number,
  startedMs: number,
  { images, fps, seconds, sessions, signal, onProgress }: MeasureOptions,
  results: () => number,
): Promise<void> {
  const periodMs = 1000 / fps;
  // Like cameras, sessions don't all send at the same instant.
  const firstMs = startedMs + (periodMs * index) / sessions;
  const frames = Math.max(1, Math.floor(seconds * fps));
  for (let frame = 0; frame < frames && !signal.aborted; frame++) {
    const dueMs = firstMs + frame * periodMs;
    await sleep(Math.max(0, dueMs - performance.now()));
    // The session counts a frame without an answer and reports it to `onAnswer`.
    session.detect(images[(index + frame) % images.length]!).catch(() => undefined);
    if (index === 0) onProgress((performance.now() - startedMs) / (seconds * 1000), results());
  }
}

async function drained(sessions: readonly DetectionSession[], signal: AbortSignal): Promise<void> {
  const endMs = performance.now() + DRAIN_MS;
  const isBusy = () => sessions.some((session) => session.counts().inFlight > 0);
  while (isBusy() && performance.now() < endMs && !signal.aborted) await sleep(10);
}

export interface Percentiles {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** Nearest-rank percentiles to 0.1 ms; undefined if empty. Sorts its argument. */
export function percentiles(samples: number[]): Percentiles | undefined {
  if (samples.length === 0) return undefined;
  samples.sort((a, b) => a - b);
  const at = (share: number) => tenth(samples[Math.max(0, Math.ceil(samples.length * share) - 1)]!);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

export function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
