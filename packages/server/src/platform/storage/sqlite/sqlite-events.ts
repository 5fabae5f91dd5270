import type { EventChangeKind } from '@lookout/protocol';
import { LookoutError } from '@lookout/protocol/core';
import {
  type EventAmendment,
  type EventFilter,
  type EventRepository,
  eventData,
  type KeptEvent,
  MAX_EVENT_CHANGES,
  type NewDelivery,
  type StoredChange,
} from '../repositories/index.js';
import { isDuplicate, type LookoutDatabase } from './database.js';
import { storeDeliveries } from './sqlite-webhooks.js';
import type { Sync } from './sync.js';

type Parameter = string | number | null;

export class SqliteEvents implements Sync<EventRepository> {
  readonly #db: LookoutDatabase;

  constructor(db: LookoutDatabase) {
    this.#db = db;
  }

  insert(event: KeptEvent, deliveries: readonly NewDelivery[]): number {
    return this.#db.transaction(() => {
      const { id, rule_id, camera, severity, started_at, ended_at, verdict, seen, kept, bytes } = event;
      try {
        this.#db.run(
          `INSERT INTO events (id, rule_id, camera, severity, started_at, ended_at, verdict, seen, kept, has_snapshot,
             has_clip, bytes, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          id,
          rule_id,
          camera,
          severity,
          Math.round(started_at),
          ended_at === null ? null : Math.round(ended_at),
          verdict,
          Number(seen),
          Number(kept),
          Number(event.hasSnapshot),
          Number(event.hasClip),
          bytes,
          JSON.stringify(eventData(event)),
        );
      } catch (error) {
        if (isDuplicate(error)) throw new LookoutError('conflict', `An event "${id}" already exists`);
        throw error;
      }
      this.#setClasses(event);
      storeDeliveries(this.#db, deliveries);
      return this.#log(event, 'created');
    });
  }

  update(event: KeptEvent, kind: 'updated' | 'ended', deliveries: readonly NewDelivery[]): number {
    return this.#db.transaction(() => {
      const rows = this.#db.run(
        'UPDATE events SET severity = ?, started_at = ?, ended_at = ?, data = ? WHERE id = ?',
        event.severity,
        Math.round(event.started_at),
        event.ended_at === null ? null : Math.round(event.ended_at),
        JSON.stringify(eventData(event)),
        event.id,
      );
      if (rows === 0) throw unknownEvent(event.id);
      this.#setClasses(event);
      storeDeliveries(this.#db, deliveries);
      return this.#log(event, kind);
    });
  }

  amend(id: string, { seen, kept, verdict, hasSnapshot, hasClip, bytes }: EventAmendment) {
    const columns: Record<string, Parameter | undefined> = {
      seen: seen === undefined ? undefined : Number(seen),
      kept: kept === undefined ? undefined : Number(kept),
      verdict,
      has_snapshot: hasSnapshot === undefined ? undefined : Number(hasSnapshot),
      has_clip: hasClip === undefined ? undefined : Number(hasClip),
      bytes,
    };
    return this.#db.transaction(() => {
      for (const [column, value] of Object.entries(columns)) {
        if (value !== undefined) this.#db.run(`UPDATE events SET ${column} = ? WHERE id = ?`, value, id);
      }
      const event = this.get(id);
      if (!event) throw unknownEvent(id);
      return { seq: this.#log(event, 'changed'), event };
    });
  }

  markSeen(untilMs: number, cameras?: readonly string[]): string[] {
    return this.#db.transaction(() => {
      const { where, parameters } = conditions({ until: untilMs + 1, cameras, seen: false });
      const rows = this.#db.all(`SELECT id, camera FROM events ${where} ORDER BY id`, ...parameters);
      for (const row of rows) {
        const event = { id: String(row.id), camera: String(row.camera) };
        this.#db.run('UPDATE events SET seen = 1 WHERE id = ?', event.id);
        this.#log(event, 'changed');
      }
      return rows.map(({ id }) => String(id));
    });
  }

  remove(id: string) {
    return this.#db.transaction(() => {
      const event = this.get(id);
      if (!event) return undefined;
      this.#db.run('DELETE FROM events WHERE id = ?', id);
      return { seq: this.#log(event, 'deleted'), event };
    });
  }

  get(id: string): KeptEvent | undefined {
    return this.#db.all('SELECT * FROM events WHERE id = ?', id).map(toEvent)[0];
  }

  page({ limit, ...filter }: EventFilter): { events: KeptEvent[]; cursor: string | undefined } {
    const { where, parameters } = conditions(filter);
    const rows = this.#db.all(`SELECT * FROM events ${where} ORDER BY id DESC LIMIT ?`, ...parameters, limit + 1);
    const events = rows.slice(0, limit).map(toEvent);
    return { events, cursor: rows.length > limit ? events.at(-1)?.id : undefined };
  }

  open(): KeptEvent[] {
    return this.#db.all('SELECT * FROM events WHERE ended_at IS NULL ORDER BY id').map(toEvent);
  }

  changesAfter(seq: number, limit: number): { changes: StoredChange[]; isComplete: boolean } {
    const oldest = this.#db.all('SELECT min(seq) AS seq FROM event_changes')[0]?.seq;
    const last = this.lastChange();
    const changes = this.#db
      .all(
        `SELECT changes.seq, changes.event_id AS changed_id, changes.camera AS changed_camera, changes.kind, events.*
         FROM event_changes AS changes LEFT JOIN events ON events.id = changes.event_id
         WHERE changes.seq > ? ORDER BY changes.seq LIMIT ?`,
        seq,
        limit,
      )
      .map((row) => ({
        seq: Number(row.seq),
        kind: row.kind as EventChangeKind,
        eventId: String(row.changed_id),
        camera: String(row.changed_camera),
        event: row.id === null ? undefined : toEvent(row),
      }));
    // A number that was never given out belongs to another database.
    return { changes, isComplete: seq <= last && (typeof oldest !== 'number' || seq >= oldest - 1) };
  }

  lastChange(): number {
    const [row] = this.#db.all("SELECT seq FROM sqlite_sequence WHERE name = 'event_changes'");
    return Number(row?.seq ?? 0);
  }

  countsByRule(sinceMs: number): Awaited<ReturnType<EventRepository['countsByRule']>> {
    const recent = this.#db.all(
      `SELECT rule_id, count(*) AS events, count(CASE WHEN verdict <> 'right' THEN 1 END) AS wrong
       FROM events WHERE started_at >= ? GROUP BY rule_id`,
      Math.round(sinceMs),
    );
    const last = this.#db.all(
      `SELECT id, (SELECT started_at FROM events WHERE rule_id = rules.id ORDER BY id DESC LIMIT 1) AS last_event_at
       FROM rules`,
    );
    return new Map(
      last.map(({ id, last_event_at }) => {
        const counts = recent.find(({ rule_id }) => rule_id === id);
        return [
          String(id),
          {
            last_event_at: last_event_at === null ? null : Number(last_event_at),
            events_24h: Number(counts?.events ?? 0),
            wrong_24h: Number(counts?.wrong ?? 0),
          },
        ];
      }),
    );
  }

  countsByStep(camera: string, sinceMs: number, untilMs: number, stepMs: number): Map<number, number> {
    const rows = this.#db.all(
      `SELECT CAST((started_at - ?) / ? AS INTEGER) AS step, count(*) AS events
       FROM events WHERE camera = ? AND started_at >= ? AND started_at < ? GROUP BY step`,
      sinceMs,
      stepMs,
      camera,
      sinceMs,
      untilMs,
    );
    return new Map(rows.map(({ step, events }) => [Number(step), Number(events)]));
  }

  count(filter: Pick<EventFilter, 'cameras' | 'kept'> = {}): number {
    const { where, parameters } = conditions(filter);
    return Number(this.#db.all(`SELECT count(*) AS events FROM events ${where}`, ...parameters)[0]?.events ?? 0);
  }

  totalBytes(): number {
    return Number(this.#db.all('SELECT sum(bytes) AS bytes FROM events')[0]?.bytes ?? 0);
  }

  oldest(limit: number): Pick<KeptEvent, 'id' | 'started_at' | 'bytes'>[] {
    return this.#db
      .all('SELECT id, started_at, bytes FROM events WHERE kept = 0 ORDER BY id LIMIT ?', limit)
      .map((row) => ({ id: String(row.id), started_at: Number(row.started_at), bytes: Number(row.bytes) }));
  }

  #setClasses({ id, tracks }: KeptEvent): void {
    this.#db.run('DELETE FROM event_classes WHERE event_id = ?', id);
    for (const className of new Set(tracks.map(({ class_name }) => class_name))) {
      this.#db.run('INSERT INTO event_classes (class_name, event_id) VALUES (?, ?)', className, id);
    }
  }

  #log({ id, camera }: Pick<KeptEvent, 'id' | 'camera'>, kind: EventChangeKind): number {
    this.#db.run('INSERT INTO event_changes (event_id, camera, kind) VALUES (?, ?, ?)', id, camera, kind);
    const seq = this.lastChange();
    this.#db.run('DELETE FROM event_changes WHERE seq <= ?', seq - MAX_EVENT_CHANGES);
    return seq;
  }
}

function unknownEvent(id: string): LookoutError {
  return new LookoutError('not_found', `There is no event "${id}"`);
}

function toEvent(row: Record<string, unknown>): KeptEvent {
  return {
    ...JSON.parse(String(row.data)),
    id: String(row.id),
    rule_id: String(row.rule_id),
    camera: String(row.camera),
    severity: row.severity,
    started_at: Number(row.started_at),
    ended_at: row.ended_at === null ? null : Number(row.ended_at),
    verdict: row.verdict,
    seen: row.seen === 1,
    kept: row.kept === 1,
    hasSnapshot: row.has_snapshot === 1,
    hasClip: row.has_clip === 1,
    bytes: Number(row.bytes),
  };
}

/** The WHERE clause of a filter. Filters that are not given have no condition, so that each set has a plan of its own. */
function conditions(filter: Partial<EventFilter>): { where: string; parameters: Parameter[] } {
  const { cameras, rule, class: className, severity, verdict, seen, kept, since, until, cursor } = filter;
  const all: Array<[condition: string, ...parameters: Parameter[]] | undefined> = [
    cameras && ['camera IN (SELECT value FROM json_each(?))', JSON.stringify(cameras)],
    rule === undefined ? undefined : ['rule_id = ?', rule],
    className === undefined
      ? undefined
      : ['EXISTS (SELECT 1 FROM event_classes WHERE event_id = events.id AND class_name = ?)', className],
    severity && ['severity = ?', severity],
    verdict && verdictCondition(verdict),
    seen === undefined ? undefined : [seen ? 'seen = 1' : 'seen = 0'],
    kept === undefined ? undefined : [kept ? 'kept = 1' : 'kept = 0'],
    since === undefined ? undefined : ['started_at >= ?', since],
    until === undefined ? undefined : ['started_at < ?', until],
    cursor === undefined ? undefined : ['id < ?', cursor],
  ];
  const given = all.filter((each) => each !== undefined);
  const where = given.length === 0 ? '' : `WHERE ${given.map(([condition]) => condition).join(' AND ')}`;
  return { where, parameters: given.flatMap(([, ...parameters]) => parameters) };
}

function verdictCondition(verdict: NonNullable<EventFilter['verdict']>): [string, ...Parameter[]] {
  if (verdict === 'none') return ['verdict IS NULL'];
  if (verdict === 'wrong') return ["verdict <> 'right'"];
  return ['verdict = ?', verdict];
}
