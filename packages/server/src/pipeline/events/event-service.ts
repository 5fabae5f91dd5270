import {
  type EventPatch,
  type EventsPage,
  type EventsQuery,
  LookoutError,
  type Rule,
  type RuleEvent,
  type Verdict,
  type VerdictOutcome,
} from '@lookout/protocol';
import {
  type EventRepository,
  type KeptEvent,
  type KeptRule,
  type StoredChange,
  Turns,
} from '../../platform/storage/index.js';
import type { EventBus } from '../bus/event-bus.js';
import type { EventPictures } from './event-pictures.js';
import type { EventRecorder } from './event-recorder.js';
import type { Suppressions } from './suppressions.js';
import { proposedCooldown, proposedMask } from './verdict-proposals.js';

/** Learns from verdicts on events of rules with a phrase. */
export interface VerdictLearner {
  /** Whether verdicts on a rule's events apply to its phrase. */
  isAbout(rule: Rule): boolean;
  /** @param snapshot the event's picture, as stored */
  wrong(event: KeptEvent, rule: Rule, snapshot: Uint8Array): Promise<void>;
  takenBack(event: KeptEvent, rule: Rule): Promise<void>;
}

export interface EventServiceOptions {
  store: EventRepository;
  bus: Pick<EventBus, 'emit'>;
  pictures: Pick<EventPictures, 'snapshots' | 'hasClip' | 'remove' | 'removeById'>;
  /** This node, if it is one of several. */
  node?: string | undefined;
  recorder: Pick<EventRecorder, 'amended' | 'forget' | 'forgetById'>;
  suppressions: Pick<Suppressions, 'add' | 'removeOf'>;
  rule(id: string): Pick<KeptRule, 'rule'> | undefined;
  /** Absent: no rule has a phrase. */
  learner?: VerdictLearner | undefined;
  /** Whose pictures are never removed to make room; changed here. */
  kept: Map<string, KeptEvent>;
}

/** How long before a recording an event that is in it may have begun, ms. */
const LONGEST_CONDITION_MS = 24 * 3_600_000;

/** The events as clients see and change them. */
export class EventService {
  readonly #options: EventServiceOptions;
  readonly #turns = new Turns();

  constructor(options: EventServiceOptions) {
    this.#options = options;
  }

  /** Newest first. @param cameras those that the caller may see; undefined: all */
  async page({ camera, ...filter }: EventsQuery, cameras?: readonly string[]): Promise<EventsPage> {
    const visible = camera === undefined ? cameras : [camera].filter((id) => cameras?.includes(id) ?? true);
    const { events, cursor } = await this.#options.store.page({ ...filter, cameras: visible });
    return { events: events.map((event) => this.view(event)), next_cursor: cursor ?? null };
  }

  /** @throws LookoutError `not_found` */
  async find(id: string): Promise<KeptEvent> {
    const event = await this.#options.store.get(id);
    if (!event) throw new LookoutError('not_found', `There is no event "${id.slice(0, 64)}"`);
    return event;
  }

  /** An event as clients see it. */
  view(event: KeptEvent): RuleEvent {
    const { hasSnapshot, hasClip, bytes: _, ...rest } = event;
    const { pictures, node } = this.#options;
    // Another node knows whether it still has them.
    const isElsewhere = event.node !== undefined && event.node !== node;
    const path = `/api/events/${event.id}`;
    return {
      ...rest,
      snapshot_url: hasSnapshot && (isElsewhere || pictures.snapshots.has(event.id)) ? `${path}/snapshot.jpg` : null,
      clip_url: hasClip && (isElsewhere || pictures.hasClip(event)) ? `${path}/clip.mp4` : null,
    };
  }

  /** @throws LookoutError `not_found` */
  async update(id: string, { seen, kept }: EventPatch): Promise<RuleEvent> {
    const amendment = { ...(seen !== undefined && { seen }), ...(kept !== undefined && { kept }) };
    return this.view(await this.#amend(id, amendment));
  }

  /** Marks events as seen that started until then. @param cameras as in `page` */
  markSeen(untilMs: number, cameras?: readonly string[]): Promise<number> {
    const { store, bus } = this.#options;
    return this.#turns.take(async () => {
      const before = await store.lastChange();
      const ids = new Set(await store.markSeen(untilMs, cameras));
      for (let after = before, left = ids.size; left > 0; ) {
        const { changes } = await store.changesAfter(after, left + 100);
        if (changes.length === 0) break;
        for (const { seq, kind, event } of changes) {
          after = seq;
          if (kind !== 'changed' || !event || !ids.has(event.id)) continue;
          left--;
          this.#adopt(event);
          bus.emit('event', { kind, seq, event: this.view(event) });
        }
      }
      return ids.size;
    });
  }

  /** Removes an event with its pictures. @throws LookoutError `not_found` */
  async remove(id: string): Promise<void> {
    const { store, bus, recorder, kept, pictures } = this.#options;
    const removed = await store.remove(id);
    if (!removed) throw new LookoutError('not_found', `There is no event "${id.slice(0, 64)}"`);
    const { seq, event } = removed;
    recorder.forget(event);
    kept.delete(id);
    bus.emit('event', { kind: 'deleted', seq, event: this.view(event) });
    await pictures.remove(event, await this.#eventsAround(event));
  }

  /**
   * Removes the events of a camera that began before a time: another camera may have its id by now. Their clips go with the camera.
   * @returns how many
   */
  async removeCamera(camera: string, beforeMs: number): Promise<number> {
    const { store, bus, recorder, kept, pictures } = this.#options;
    let count = 0;
    for (;;) {
      const { events } = await store.page({ cameras: [camera], until: beforeMs, limit: 200 });
      if (events.length === 0) return count;
      for (const event of events) {
        const removed = await store.remove(event.id);
        recorder.forget(event);
        kept.delete(event.id);
        await pictures.snapshots.remove(event.id);
        if (removed) bus.emit('event', { kind: 'deleted', seq: removed.seq, event: this.view(event) });
        count++;
      }
    }
  }

  /** What a user says of an event, and what follows. @throws LookoutError `not_found` */
  judge(id: string, verdict: Verdict): Promise<VerdictOutcome> {
    const { suppressions, rule, pictures } = this.#options;
    return this.#turns.take(async () => {
      const before = await this.find(id);
      // Another opinion takes back what the one before did.
      if (before.verdict === 'wrong_object') await this.#takeBack(before);
      const event = await this.#amend(id, { verdict });
      const outcome: VerdictOutcome = { event: this.view(event) };
      if (verdict === 'wrong_place') {
        const mask = proposedMask(event);
        return mask ? { ...outcome, proposed_mask: mask } : outcome;
      }
      if (verdict === 'not_interesting') {
        const cooldown = proposedCooldown(rule(event.rule_id)?.rule ?? { cooldown_s: Number.POSITIVE_INFINITY });
        return cooldown === undefined ? outcome : { ...outcome, proposed_cooldown_s: cooldown };
      }
      if (verdict === 'right') return outcome;
      const snapshot = await pictures.snapshots.read(id);
      if (!snapshot)
        return {
          ...outcome,
          reason: 'There is no picture of this event any more, so what it showed can’t be recognised.',
        };
      try {
        const phrased = this.#phrased(event);
        if (phrased) {
          // The class may be right; the phrase is not.
          await phrased.learner.wrong(event, phrased.rule, snapshot);
          return outcome;
        }
        const [suppression] = await suppressions.add(event, snapshot);
        return suppression ? { ...outcome, suppression } : outcome;
      } catch (error) {
        if (!(error instanceof LookoutError)) throw error;
        return { ...outcome, reason: error.message };
      }
    });
  }

  /** Takes back what a user said of an event, and all that is ignored because of it. @throws LookoutError `not_found` */
  withdrawVerdict(id: string): Promise<RuleEvent> {
    return this.#turns.take(async () => {
      const before = await this.find(id);
      await this.#takeBack(before);
      return this.view(before.verdict === null ? before : await this.#amend(id, { verdict: null }));
    });
  }

  /** Changes after a number, oldest first, as far as they are remembered. */
  async changesAfter(seq: number, limit: number): Promise<{ changes: StoredChange[]; isComplete: boolean }> {
    return this.#options.store.changesAfter(seq, limit);
  }

  /** Somebody has changed or removed an event, on this node or another. */
  adopt({ kind, eventId, camera, event }: StoredChange): void {
    const { recorder, kept, pictures } = this.#options;
    if (kind === 'changed' && event) this.#adopt(event);
    if (kind !== 'deleted') return;
    kept.delete(eventId);
    recorder.forgetById(eventId, camera);
    // What can’t be removed now goes with the oldest pictures.
    void pictures.removeById(eventId).catch(() => undefined);
  }

  async #takeBack(event: KeptEvent): Promise<void> {
    await this.#options.suppressions.removeOf(event);
    const phrased = this.#phrased(event);
    await phrased?.learner.takenBack(event, phrased.rule);
  }

  /** The rule of an event, if it has a phrase. */
  #phrased({ rule_id }: KeptEvent): { rule: Rule; learner: VerdictLearner } | undefined {
    const { learner, rule: ruleOf } = this.#options;
    const rule = ruleOf(rule_id)?.rule;
    return rule && learner?.isAbout(rule) ? { rule, learner } : undefined;
  }

  #amend(id: string, amendment: Partial<Pick<KeptEvent, 'seen' | 'kept' | 'verdict'>>): Promise<KeptEvent> {
    return this.#options.store.amend(id, amendment).then(({ seq, event }) => {
      this.#adopt(event);
      this.#options.bus.emit('event', { kind: 'changed', seq, event: this.view(event) });
      return event;
    });
  }

  #adopt(event: KeptEvent): void {
    const { recorder, kept } = this.#options;
    recorder.amended(event);
    if (event.kept) kept.set(event.id, event);
    else kept.delete(event.id);
  }

  /** Events of a camera that may share a recording with this one. */
  async #eventsAround(event: KeptEvent): Promise<KeptEvent[]> {
    const { events } = await this.#options.store.page({
      cameras: [event.camera],
      since: Math.max(0, event.frame_timestamp - LONGEST_CONDITION_MS),
      until: event.frame_timestamp + 60_000,
      limit: 1000,
    });
    return events;
  }
}
