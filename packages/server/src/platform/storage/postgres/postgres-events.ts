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
import type { PostgresDatabase, Row } from './database.js';
import { conditions, toEvent } from './event-rows.js';
import { isDuplicate } from './failures.js';
import { leaseLost, ownerTable } from './leases.js';
import { deliveryRows, giveUpOldest } from './postgres-webhooks.js';

/** Messages of the JSON list `$3` to webhooks that still exist. */
const STORE_DELIVERIES = `
  messages AS (
    INSERT INTO deliveries (webhook_id, event_id, type, body, attempts, next_at, created_at)
    SELECT webhooks.id, given.event_id, given.type, given.body, 0, given.next_at, given.next_at
    FROM changed, ROWS FROM (jsonb_to_recordset($3) AS (webhook_id text, event_id text, type text, body text, next_at bigint))
      WITH ORDINALITY AS given (webhook_id, event_id, type, body, next_at, place)
      JOIN webhooks ON webhooks.id = given.webhook_id
    ORDER BY given.place)`;

const COLUMNS = `id, rule_id, camera, severity, started_at, ended_at, verdict, seen, kept, has_snapshot, has_clip, bytes, data`;

/** Each change is one statement, so that the lock that numbers it is held for as short as possible. */
export class PostgresEvents implements EventRepository {
  readonly #db: PostgresDatabase;
  readonly #maxChanges: number;

  /** @param maxChanges number of changes that are remembered */
  constructor(db: PostgresDatabase, maxChanges = MAX_EVENT_CHANGES) {
    this.#db = db;
    this.#maxChanges = maxChanges;
  }

  async insert(event: KeptEvent, deliveries: readonly NewDelivery[], epoch?: number): Promise<number> {
    const { id, rule_id, camera, severity, verdict, seen, kept, bytes } = event;
    const row = {
      ...{ id, rule_id, camera, severity, verdict, seen, kept, bytes, data: eventData(event) },
      started_at: Math.round(event.started_at),
      ended_at: event.ended_at === null ? null : Math.round(event.ended_at),
      has_snapshot: event.hasSnapshot,
      has_clip: event.hasClip,
    };
    try {
      const [stored] = await this.#db.all(
        `WITH ${ownerTable({ camera: '$4', epoch: '$5' })},
         changed AS (
           INSERT INTO events (${COLUMNS})
           SELECT ${COLUMNS} FROM owner, jsonb_populate_record(NULL::events, $1) RETURNING id, camera),
         classes AS (
           INSERT INTO event_classes (class_name, event_id) SELECT class_name, id FROM changed, unnest($2::text[]) AS class_name),
         ${STORE_DELIVERIES}, ${this.#logged("'created'")}
         SELECT seq FROM logged`,
        JSON.stringify(row),
        classesOf(event),
        deliveryRows(deliveries),
        camera,
        epoch ?? null,
      );
      if (stored === undefined) throw leaseLost(camera);
      await giveUpOldest(this.#db, deliveries);
      return Number(stored.seq);
    } catch (error) {
      if (isDuplicate(error)) throw new LookoutError('conflict', `An event "${id}" already exists`);
      throw error;
    }
  }

  async update(
    event: KeptEvent,
    kind: 'updated' | 'ended',
    deliveries: readonly NewDelivery[],
    epoch?: number,
  ): Promise<number> {
    const [stored] = await this.#db.all(
      `WITH ${ownerTable({ camera: '$4', epoch: '$5' })},
       changed AS (
         UPDATE events SET severity = $7, started_at = $8, ended_at = $9, data = $1 FROM owner WHERE id = $6
         RETURNING id, camera),
       dropped AS (
         DELETE FROM event_classes USING changed WHERE event_id = changed.id AND class_name <> ALL ($2::text[])),
       classes AS (
         INSERT INTO event_classes (class_name, event_id) SELECT class_name, id FROM changed, unnest($2::text[]) AS class_name
         ON CONFLICT DO NOTHING),
       ${STORE_DELIVERIES}, ${this.#logged('$10')}
       SELECT (SELECT seq FROM logged), EXISTS (SELECT FROM owner) AS is_owner`,
      JSON.stringify(eventData(event)),
      classesOf(event),
      deliveryRows(deliveries),
      event.camera,
      epoch ?? null,
      event.id,
      event.severity,
      Math.round(event.started_at),
      event.ended_at === null ? null : Math.round(event.ended_at),
      kind,
    );
    const seq = changedBy(stored, event.id, event.camera);
    await giveUpOldest(this.#db, deliveries);
    return seq;
  }

  async amend(id: string, { seen, kept, verdict, hasSnapshot, hasClip, bytes }: EventAmendment, epoch?: number) {
    const [row] = await this.#db.all(
      `WITH ${ownerTable({ camera: '(SELECT camera FROM events WHERE id = $1)', epoch: '$2' })},
       changed AS (
         UPDATE events SET seen = coalesce($3, seen), kept = coalesce($4, kept),
           verdict = CASE WHEN $5 THEN $6 ELSE verdict END, has_snapshot = coalesce($7, has_snapshot),
           has_clip = coalesce($8, has_clip), bytes = coalesce($9, bytes)
         FROM owner WHERE id = $1 RETURNING events.*),
       ${this.#logged("'changed'")}
       SELECT (SELECT seq FROM logged), EXISTS (SELECT FROM owner) AS is_owner, changed.*
       FROM (SELECT) AS always LEFT JOIN changed ON true`,
      id,
      epoch ?? null,
      seen ?? null,
      kept ?? null,
      verdict !== undefined,
      verdict ?? null,
      hasSnapshot ?? null,
      hasClip ?? null,
      bytes ?? null,
    );
    const seq = changedBy(row, id, 'of this event');
    return { seq, event: toEvent(row as Row) };
  }

  async markSeen(untilMs: number, cameras?: readonly string[]): Promise<string[]> {
    const { where, parameters } = conditions({ until: untilMs + 1, cameras, seen: false });
    return this.#db.transaction(async (transaction) => {
      // Rows in the order of their ids, and before the changes are numbered: so two transactions never wait for each other.
      const rows = await transaction.all(
        `WITH seen AS (
           UPDATE events SET seen = true WHERE id IN (SELECT id FROM events ${where} ORDER BY id FOR UPDATE)
           RETURNING id, camera)
         SELECT id, camera FROM seen ORDER BY id`,
        ...parameters,
      );
      await transaction.run(
        `WITH changed AS (
           SELECT id, camera FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS seen (id, camera, place) ORDER BY place),
         ${this.#logged("'changed'")} SELECT`,
        rows.map(({ id }) => String(id)),
        rows.map(({ camera }) => String(camera)),
      );
      return rows.map(({ id }) => String(id));
    });
  }

  async remove(id: string) {
    const [row] = await this.#db.all(
      `WITH changed AS (DELETE FROM events WHERE id = $1 RETURNING *), ${this.#logged("'deleted'")}
       SELECT seq, changed.* FROM changed, logged`,
      id,
    );
    return row && { seq: Number(row.seq), event: toEvent(row) };
  }

  async get(id: string): Promise<KeptEvent | undefined> {
    return (await this.#db.all('SELECT * FROM events WHERE id = $1', id)).map(toEvent)[0];
  }

  async page({ limit, ...filter }: EventFilter): Promise<{ events: KeptEvent[]; cursor: string | undefined }> {
    const { where, parameters } = conditions(filter);
    const rows = await this.#db.all(
      `SELECT * FROM events ${where} ORDER BY id DESC LIMIT $${parameters.length + 1}`,
      ...parameters,
      limit + 1,
    );
    const events = rows.slice(0, limit).map(toEvent);
    return { events, cursor: rows.length > limit ? events.at(-1)?.id : undefined };
  }

  async open(): Promise<KeptEvent[]> {
    return (await this.#db.all('SELECT * FROM events WHERE ended_at IS NULL ORDER BY id')).map(toEvent);
  }

  async changesAfter(seq: number, limit: number): Promise<{ changes: StoredChange[]; isComplete: boolean }> {
    const rows = await this.#db.all(
      `SELECT changes.seq, changes.event_id AS changed_id, changes.camera AS changed_camera, changes.kind AS change_kind, events.*
       FROM event_changes AS changes LEFT JOIN events ON events.id = changes.event_id
       WHERE changes.seq > $1 ORDER BY changes.seq LIMIT $2`,
      seq,
      limit,
    );
    const changes = rows.map((row) => ({
      seq: Number(row.seq),
      kind: row.change_kind as EventChangeKind,
      eventId: String(row.changed_id),
      camera: String(row.changed_camera),
      event: row.id === null ? undefined : toEvent(row),
    }));
    // Afterwards: what is forgotten in the meantime then counts as missing.
    const [bounds] = await this.#db.all('SELECT min(seq) AS oldest, coalesce(max(seq), 0) AS last FROM event_changes');
    const { oldest, last } = bounds as { oldest: number | null; last: number };
    // A number that was never given out belongs to another database.
    return { changes, isComplete: seq <= last && (oldest === null || seq >= oldest - 1) };
  }

  async lastChange(): Promise<number> {
    // The newest change is never forgotten.
    const [row] = await this.#db.all('SELECT max(seq) AS seq FROM event_changes');
    return Number(row?.seq ?? 0);
  }

  async countsByRule(sinceMs: number): Promise<Awaited<ReturnType<EventRepository['countsByRule']>>> {
    const rows = await this.#db.all(
      `SELECT rules.id, coalesce(recent.events, 0) AS events_24h, coalesce(recent.wrong, 0) AS wrong_24h,
         (SELECT started_at FROM events WHERE rule_id = rules.id ORDER BY id DESC LIMIT 1) AS last_event_at
       FROM rules LEFT JOIN (
         SELECT rule_id, count(*) AS events, count(*) FILTER (WHERE verdict <> 'right') AS wrong
         FROM events WHERE started_at >= $1 GROUP BY rule_id) AS recent ON recent.rule_id = rules.id`,
      Math.round(sinceMs),
    );
    return new Map(
      rows.map(({ id, last_event_at, events_24h, wrong_24h }) => [
        String(id),
        {
          last_event_at: last_event_at === null ? null : Number(last_event_at),
          events_24h: Number(events_24h),
          wrong_24h: Number(wrong_24h),
        },
      ]),
    );
  }

  async countsByStep(camera: string, sinceMs: number, untilMs: number, stepMs: number): Promise<Map<number, number>> {
    const { where, parameters } = conditions({ cameras: [camera], since: sinceMs, until: untilMs });
    const rows = await this.#db.all(
      `SELECT floor((started_at - $${parameters.length + 1}::float8) / $${parameters.length + 2}::float8)::bigint AS step,
         count(*) AS events
       FROM events ${where} GROUP BY step`,
      ...parameters,
      sinceMs,
      stepMs,
    );
    return new Map(rows.map(({ step, events }) => [Number(step), Number(events)]));
  }

  async count(filter: Pick<EventFilter, 'cameras' | 'kept'> = {}): Promise<number> {
    const { where, parameters } = conditions(filter);
    return Number((await this.#db.all(`SELECT count(*) AS events FROM events ${where}`, ...parameters))[0]?.events);
  }

  async totalBytes(): Promise<number> {
    return Number((await this.#db.all('SELECT coalesce(sum(bytes), 0)::bigint AS bytes FROM events'))[0]?.bytes);
  }

  async oldest(limit: number): Promise<Pick<KeptEvent, 'id' | 'started_at' | 'bytes'>[]> {
    const rows = await this.#db.all(
      'SELECT id, started_at, bytes FROM events WHERE NOT kept ORDER BY id LIMIT $1',
      limit,
    );
    return rows as unknown as Pick<KeptEvent, 'id' | 'started_at' | 'bytes'>[];
  }

  /** Numbers a change (see the trigger `numbered`) of each row of `changed`, and forgets old ones. */
  #logged(kind: string): string {
    return `
      logged AS (INSERT INTO event_changes (event_id, camera, kind) SELECT id, camera, ${kind} FROM changed RETURNING seq),
      forgotten AS (DELETE FROM event_changes WHERE seq <= (SELECT max(seq) FROM logged) - ${this.#maxChanges})`;
  }
}

function classesOf({ tracks }: KeptEvent): string[] {
  return [...new Set(tracks.map(({ class_name }) => class_name))];
}

/** The number of a change by the owner of a camera. @throws LookoutError `lease_lost`, `not_found` */
function changedBy(row: Row | undefined, id: string, camera: string): number {
  if (row?.is_owner !== true) throw leaseLost(camera);
  if (row.seq === null) throw new LookoutError('not_found', `There is no event "${id}"`);
  return Number(row.seq);
}
