import type { CameraConfig, Rule, TestedEvent } from '@lookout/protocol';
import { type FiredEvent, RuleEngine } from '@lookout/rules';
import type { ObjectFrame } from './object-chunk.js';

export interface RuleTest {
  rules: readonly Rule[];
  camera: Pick<CameraConfig, 'id' | 'zones' | 'lines'>;
  /** What was seen, oldest first, by the clock of frames. */
  frames: Iterable<ObjectFrame>;
  /** IANA name. */
  timezone: string;
  /** Converts times of frames to Unix epoch ms. */
  toEpoch(timeMs: number): number;
  /** Unix epoch ms. */
  fromMs: number;
  untilMs: number;
  /** The kept picture closest to this moment. */
  pictureAt(frameTimestampMs: number): Pick<TestedEvent, 'snapshot_url' | 'snapshot_timestamp'>;
  signal?: AbortSignal;
}

export interface RuleTestOutcome {
  events: TestedEvent[];
  /** How far the test went: less far than asked if rules fired too often. Unix epoch ms. */
  until: number;
  gaps: Array<{ from: number; until: number }>;
}

/** A longer pause between frames is a time without a picture, ms. */
const MAX_FRAME_GAP_MS = 3000;
/** A rule that fires more often than this is too loose anyway. */
const MAX_EVENTS = 500;
/** The main thread serves others after so long, ms. */
const SLICE_MS = 5;

/** What rules would have found in what a camera has seen: the engine that runs live, over the frames again. */
export async function testRules(test: RuleTest): Promise<RuleTestOutcome> {
  const { rules, camera, frames, timezone, toEpoch, fromMs, untilMs, signal } = test;
  const engine = new RuleEngine({ timezone });
  engine.setCamera(camera.id, camera);
  engine.setRules(rules.map((rule, index) => ({ id: String(index), rule: { ...rule, cameras: 'all' as const } })));
  const fired: Fired = new Map();
  const gaps: RuleTestOutcome['gaps'] = [];
  let lastMs = fromMs;
  let sliceMs = performance.now();
  for (const { timestampMs, width, height, objects } of frames) {
    const nowMs = toEpoch(timestampMs);
    const shiftMs = nowMs - timestampMs;
    if (nowMs - lastMs > MAX_FRAME_GAP_MS) {
      gaps.push({ from: Math.round(lastMs), until: Math.round(nowMs) });
      note(fired, engine.closed(camera.id, lastMs));
      note(fired, engine.closed(camera.id, nowMs));
      engine.opened(camera.id, nowMs);
    }
    lastMs = nowMs;
    const shifted = objects.map((one) => ({
      ...one,
      firstSeenMs: one.firstSeenMs + shiftMs,
      lastSeenMs: one.lastSeenMs + shiftMs,
    }));
    const frame = { camera: camera.id, timestampMs: nowMs, width, height, objects: shifted };
    note(fired, engine.frame(frame), [width, height]);
    if (fired.size >= MAX_EVENTS) return outcomeOf(test, fired, gaps, nowMs);
    if (performance.now() - sliceMs < SLICE_MS) continue;
    await new Promise(setImmediate);
    signal?.throwIfAborted();
    sliceMs = performance.now();
  }
  if (untilMs - lastMs > MAX_FRAME_GAP_MS) gaps.push({ from: Math.round(lastMs), until: Math.round(untilMs) });
  return outcomeOf(test, fired, gaps, untilMs);
}

/** Events by the engine's key, as they are at last. */
type Fired = Map<string, { event: FiredEvent; size: [number, number] }>;

function outcomeOf(test: RuleTest, fired: Fired, gaps: RuleTestOutcome['gaps'], untilMs: number): RuleTestOutcome {
  const events = [...fired.values()].map(({ event, size }) => testedEvent(event, size, test));
  return { events, until: Math.round(untilMs), gaps };
}

function note(fired: Fired, changes: ReturnType<RuleEngine['frame']>, size: [number, number] = [0, 0]): void {
  for (const { event } of changes) fired.set(event.key, { event, size: fired.get(event.key)?.size ?? size });
}

function testedEvent(event: FiredEvent, size: [number, number], { rules, pictureAt }: RuleTest): TestedEvent {
  const { ruleId, behavior, reason, startedAtMs, endedAtMs, frameTimestampMs, measured, objects } = event;
  const { zone, line, direction } = event;
  const rule = Number(ruleId);
  return {
    rule,
    severity: rules[rule]?.severity ?? 'warning',
    behavior,
    reason,
    started_at: Math.round(startedAtMs),
    ended_at: endedAtMs === null ? null : Math.round(endedAtMs),
    frame_timestamp: Math.round(frameTimestampMs),
    measured: Object.fromEntries(
      Object.entries(measured).map(([name, value]) => [name, Math.round(value * 100) / 100]),
    ),
    tracks: objects.map(({ id, class_name, bbox: [x1, y1, x2, y2], confidence }) => ({
      track_id: id,
      class_name,
      bbox: [tenth(x1), tenth(y1), tenth(x2), tenth(y2)],
      confidence: Math.round(confidence * 1000) / 1000,
    })),
    ...(zone !== undefined && { zone }),
    ...(line !== undefined && { line }),
    ...(direction !== undefined && { direction }),
    image_size: size,
    ...pictureAt(frameTimestampMs),
  };
}

/** To a tenth of a pixel, as in all boxes. */
function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
