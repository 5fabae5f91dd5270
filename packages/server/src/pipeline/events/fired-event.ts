import type { FiredEvent } from '@lookout/rules';
import type { KeptEvent, KeptRule } from '../../platform/storage/index.js';
import type { ObservedFrame } from '../live/observed-frame.js';
import { createEventId } from './event-id.js';

/** A new event of a rule, as stored. */
export function newEvent(
  fired: FiredEvent,
  { rule, summary }: Pick<KeptRule, 'rule' | 'summary'>,
  observed: ObservedFrame | undefined,
): KeptEvent {
  const { width = 0, height = 0 } = observed?.frame ?? {};
  return {
    id: createEventId(fired.startedAtMs),
    rule_id: fired.ruleId,
    camera: fired.camera,
    severity: rule.severity,
    behavior: fired.behavior,
    summary,
    frame_timestamp: Math.round(fired.frameTimestampMs),
    image_size: [width, height],
    ...findingsOf(fired),
    verdict: null,
    seen: false,
    kept: false,
    late: false,
    hasSnapshot: false,
    hasClip: false,
    bytes: 0,
  };
}

/** Adds the score of its objects to an event. */
export function withFinding(
  event: KeptEvent,
  { score, threshold, untested }: { score: number; threshold: number | undefined; untested: boolean },
): KeptEvent {
  const measured = {
    ...event.measured,
    score: rounded(score, 100),
    ...(threshold !== undefined && { threshold: rounded(threshold, 100) }),
  };
  return { ...event, measured, ...(untested && { untested }) };
}

/** Fields that may change while an event goes on. */
export function findingsOf(fired: FiredEvent) {
  const { startedAtMs, endedAtMs, reason, measured, objects, zone, line, direction } = fired;
  return {
    reason,
    started_at: Math.round(startedAtMs),
    ended_at: endedAtMs === null ? null : Math.round(endedAtMs),
    measured: Object.fromEntries(Object.entries(measured).map(([name, value]) => [name, rounded(value, 100)])),
    tracks: objects.map(({ id, class_name, bbox, confidence }) => ({
      track_id: id,
      class_name,
      bbox: bbox.map((side) => rounded(side, 10)) as typeof bbox,
      confidence: rounded(confidence, 1000),
    })),
    ...(zone !== undefined && { zone }),
    ...(line !== undefined && { line }),
    ...(direction !== undefined && { direction }),
  };
}

function rounded(value: number, perUnit: number): number {
  return Math.round(value * perUnit) / perUnit;
}
