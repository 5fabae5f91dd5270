import type { EventData, EventFilter, KeptEvent } from '../repositories/index.js';
import type { Parameter, Row } from './database.js';

export function toEvent(row: Row): KeptEvent {
  return {
    ...(row.data as EventData),
    id: String(row.id),
    rule_id: String(row.rule_id),
    camera: String(row.camera),
    severity: row.severity as KeptEvent['severity'],
    started_at: Number(row.started_at),
    ended_at: row.ended_at === null ? null : Number(row.ended_at),
    verdict: row.verdict as KeptEvent['verdict'],
    seen: row.seen === true,
    kept: row.kept === true,
    hasSnapshot: row.has_snapshot === true,
    hasClip: row.has_clip === true,
    bytes: Number(row.bytes),
  };
}

/** The WHERE clause of a filter. Filters that are not given have no condition, so that each set has a plan of its own. */
export function conditions(filter: Partial<EventFilter>): { where: string; parameters: Parameter[] } {
  const { cameras, rule, class: className, severity, verdict, seen, kept, since, until, cursor } = filter;
  const parameters: Parameter[] = [];
  const bound = (value: Parameter) => `$${parameters.push(value)}`;
  const given = [
    cameras && `camera = ANY (${bound(cameras)})`,
    rule !== undefined && `rule_id = ${bound(rule)}`,
    className !== undefined &&
      `EXISTS (SELECT FROM event_classes WHERE event_id = events.id AND class_name = ${bound(className)})`,
    severity && `severity = ${bound(severity)}`,
    verdict === 'none' && 'verdict IS NULL',
    verdict === 'wrong' && "verdict <> 'right'",
    verdict && verdict !== 'none' && verdict !== 'wrong' && `verdict = ${bound(verdict)}`,
    seen !== undefined && (seen ? 'seen' : 'NOT seen'),
    kept !== undefined && (kept ? 'kept' : 'NOT kept'),
    // Stored times are whole.
    since !== undefined && `started_at >= ${bound(Math.ceil(since))}`,
    until !== undefined && `started_at < ${bound(Math.ceil(until))}`,
    cursor !== undefined && `id < ${bound(cursor)}`,
  ].filter((condition) => condition);
  return { where: given.length === 0 ? '' : `WHERE ${given.join(' AND ')}`, parameters };
}
