import type { RuleEvent } from '@lookout/protocol';
import type { Alarm } from '../../player/overlay.js';

/** The objects, zones and lines of a camera's events that are on; undefined if none is. */
export function alarmOf(events: readonly RuleEvent[], cameraId: string): Alarm | undefined {
  const open = events.filter(({ camera, ended_at }) => camera === cameraId && ended_at === null);
  if (open.length === 0) return undefined;
  return {
    trackIds: new Set(open.flatMap(({ tracks }) => tracks.map(({ track_id }) => track_id))),
    regionNames: new Set(open.flatMap(({ zone, line }) => zone ?? line ?? [])),
  };
}
