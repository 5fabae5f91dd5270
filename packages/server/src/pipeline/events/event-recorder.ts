import { LookoutError, type Rule, type RuleEvent, type Verify } from '@lookout/protocol';
import type { FiredEvent, EventChange as RuleChange } from '@lookout/rules';
import type { EventRepository, KeptEvent, KeptRule, NewDelivery } from '../../platform/storage/index.js';
import type { EventBus } from '../bus/event-bus.js';
import type { ObservedFrame } from '../live/observed-frame.js';
import { asPending, type Outcome, withOutcome } from '../second-look/verified-event.js';
import { findingsOf, newEvent, withFinding } from './fired-event.js';

type StoredKind = 'created' | 'updated' | 'ended';

/** What is told of changes that can't be stored at present. */
export interface WaitingChanges {
  waits(kind: StoredKind, event: KeptEvent): void;
  /** Nothing of this event waits any more. */
  done(event: KeptEvent): void;
}

/** Persists events that are stored only once their question is answered, so that they outlive the process. */
export interface HeldEvents {
  hold(event: KeptEvent): void;
  done(event: KeptEvent): void;
}

/** Score of an event's objects for the phrase of its rule. */
export interface PhraseFinding {
  readonly score: number;
  readonly threshold: number | undefined;
  readonly untested: boolean;
}

export interface EventRecorderOptions {
  store: Pick<EventRepository, 'insert' | 'update'>;
  bus: Pick<EventBus, 'emit'>;
  /** This node, if it is one of several. */
  node?: string | undefined;
  /** The rule that fired, as it is now. */
  rule(id: string): Pick<KeptRule, 'rule' | 'summary'> | undefined;
  /** The score of the objects of a rule with a phrase, and whether an example was ever seen. */
  phrase?: ((rule: Rule, camera: string, tracks: readonly number[]) => PhraseFinding | undefined) | undefined;
  /** Keeps the pictures of a new event. @returns which there will be */
  takePictures(event: KeptEvent, observed: ObservedFrame): Pick<KeptEvent, 'hasSnapshot' | 'hasClip'>;
  /** Asks for a second look at a new event. @param tell may be called more than once */
  secondLook?:
    | ((
        event: KeptEvent,
        verify: Verify,
        observed: ObservedFrame | undefined,
        tell: (outcome: Outcome) => void,
      ) => void)
    | undefined;
  readonly held?: HeldEvents | undefined;
  /** @param timeMs Unix epoch ms */
  onEnded(event: KeptEvent, timeMs: number): void;
  /** An event as clients see it. */
  view(event: KeptEvent): RuleEvent;
  /** Messages about a change, stored together with it. */
  deliveries(event: RuleEvent, kind: StoredKind): readonly NewDelivery[];
  /** An event was made, whether it can be stored or not. */
  onFired(event: KeptEvent): void;
  /** Events can't be stored at present, and are tried again. */
  onFault(error: unknown): void;
  readonly waiting?: WaitingChanges | undefined;
  /** There are too many events that can't be stored: this one is lost. */
  onLost(event: KeptEvent): void;
  /** @returns a function that cancels */
  later(run: () => void, delayMs: number): () => void;
}

interface PendingChange {
  readonly kind: StoredKind;
  readonly event: KeptEvent;
  /** `waiting` was told. */
  isWaiting?: boolean;
}

/** An event whose rule may still add to it. */
interface RecordedEvent {
  readonly key: string;
  event: KeptEvent;
  isEnded: boolean;
  /** Not stored or announced before its question is answered. */
  isHeld: boolean;
  /** Changes that are not stored yet, oldest first; the first may be on its way. */
  readonly pending: PendingChange[];
  isWriting: boolean;
}

/** Events that wait to be stored; with more, new ones are lost. */
const MAX_UNSTORED = 1000;
const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 30_000;
const MAX_CLOSING_MS = 3000;

/**
 * Makes stored events of what rules find. A change is stored first, with the messages about it, and told then; what cannot be stored is
 * tried again until it can.
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  /** By rule and camera, then by the engine's key. */
  readonly #recorded = new Map<string, Map<string, RecordedEvent>>();
  /** Those with changes that are not stored. */
  readonly #unstored = new Set<RecordedEvent>();
  readonly #failed = new Set<RecordedEvent>();
  readonly #held = new Set<RecordedEvent>();
  /** By camera, until the last of its events that were to be written is. */
  readonly #turns = new Map<string, Promise<void>>();
  /** By camera; absent: to be looked up again. */
  readonly #alarmed = new Map<string, ReadonlySet<number>>();
  #retryMs = FIRST_RETRY_MS;
  #cancelRetry: (() => void) | undefined;
  #isRetrying = false;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
  }

  /** Number of events with changes that are not stored yet. */
  get unstoredCount(): number {
    return this.#unstored.size;
  }

  /** Whether storing fails at present. */
  get isFailing(): boolean {
    return this.#failed.size > 0;
  }

  /** Track ids of the objects of a camera's events that go on. */
  alarmed(camera: string): ReadonlySet<number> {
    let ids = this.#alarmed.get(camera);
    if (!ids) {
      const all = [...this.#recorded.values()].flatMap((group) => [...group.values()]);
      const open = all.filter(({ event, isEnded, isHeld }) => event.camera === camera && !isEnded && !isHeld);
      ids = new Set(open.flatMap(({ event }) => event.tracks.map(({ track_id }) => track_id)));
      this.#alarmed.set(camera, ids);
    }
    return ids;
  }

  /** @param observed the frame that made rules fire; undefined if it was no frame */
  record(changes: readonly RuleChange[], observed: ObservedFrame | undefined): void {
    for (const { kind, event } of changes) {
      this.#alarmed.delete(event.camera);
      if (kind === 'created') this.#create(event, observed);
      else this.#change(event, kind);
    }
  }

  /** A user changed an event: what its rule adds to it keeps that. */
  amended({ id, rule_id, camera, seen, kept, verdict }: KeptEvent): void {
    for (const recorded of this.#recorded.get(groupOf(rule_id, camera))?.values() ?? []) {
      if (recorded.event.id === id) recorded.event = { ...recorded.event, seen, kept, verdict };
    }
  }

  /** An event was removed: what its rule adds to it is dropped. */
  forget({ id, rule_id, camera }: Pick<KeptEvent, 'id' | 'rule_id' | 'camera'>): void {
    for (const recorded of this.#recorded.get(groupOf(rule_id, camera))?.values() ?? []) {
      if (recorded.event.id === id) this.#drop(recorded);
    }
  }

  /** The same where its rule is not known. */
  forgetById(id: string, camera: string): void {
    for (const group of this.#recorded.values())
      for (const recorded of group.values())
        if (recorded.event.id === id && recorded.event.camera === camera) this.#drop(recorded);
  }

  /** The database is back: stores what waits. */
  storeWaiting(): void {
    if (this.#failed.size === 0 || this.#isRetrying) return;
    this.#cancelRetry?.();
    void this.#retry();
  }

  /** Waits for writes in progress, for at most `MAX_CLOSING_MS` in case the database does not respond. */
  async close(): Promise<void> {
    this.#cancelRetry?.();
    const stored = async () => {
      while (this.#turns.size > 0) await Promise.all(this.#turns.values());
    };
    let cancel = () => {};
    const tooLong = new Promise<void>((resolve) => {
      cancel = this.#options.later(resolve, MAX_CLOSING_MS);
    });
    await Promise.race([stored(), tooLong]);
    cancel();
    this.#cancelRetry?.();
  }

  #create(fired: FiredEvent, observed: ObservedFrame | undefined): void {
    const { rule, onFired, onLost, takePictures, node, secondLook, phrase } = this.#options;
    const kept = rule(fired.ruleId);
    if (!kept) return;
    const { verify } = kept.rule;
    const found = { ...newEvent(fired, kept, observed), ...(node !== undefined && { node }) };
    const finding = phrase?.(
      kept.rule,
      fired.camera,
      found.tracks.map(({ track_id }) => track_id),
    );
    const scored = finding ? withFinding(found, finding) : found;
    const event = verify && secondLook ? asPending(scored, verify) : scored;
    onFired(event);
    if (this.#unstored.size + this.#held.size >= MAX_UNSTORED) {
      onLost(event);
      return;
    }
    if (observed) Object.assign(event, takePictures(event, observed));
    const group = this.#recorded.get(groupOf(fired.ruleId, fired.camera)) ?? new Map<string, RecordedEvent>();
    this.#recorded.set(groupOf(fired.ruleId, fired.camera), group);
    // Only the latest event of a rule can go on after its end.
    for (const old of group.values()) if (old.isEnded && !isAskedAbout(old)) group.delete(old.key);
    const isHeld = isAskedAbout({ event }) && verify?.hold === true;
    const recorded: RecordedEvent = { key: fired.key, event, isEnded: false, isHeld, pending: [], isWriting: false };
    group.set(fired.key, recorded);
    if (isHeld) this.#hold(recorded);
    else this.#store(recorded, 'created');
    if (verify) secondLook?.(event, verify, observed, (outcome) => this.#answered(recorded, outcome, verify));
  }

  #hold(recorded: RecordedEvent): void {
    this.#held.add(recorded);
    this.#options.held?.hold(recorded.event);
  }

  /** The question about an event has an outcome, or an earlier outcome was added to. */
  #answered(recorded: RecordedEvent, outcome: Outcome, verify: Verify): void {
    recorded.event = withOutcome(recorded.event, outcome, verify);
    if (!recorded.isHeld) {
      this.#store(recorded, 'updated');
      return;
    }
    if (!this.#held.delete(recorded)) return;
    recorded.isHeld = false;
    this.#alarmed.delete(recorded.event.camera);
    this.#store(recorded, 'created');
    if (recorded.isEnded) this.#store(recorded, 'ended');
  }

  #change(fired: FiredEvent, kind: 'updated' | 'ended'): void {
    const recorded = this.#recorded.get(groupOf(fired.ruleId, fired.camera))?.get(fired.key);
    if (!recorded) return;
    recorded.isEnded = kind === 'ended';
    const findings = findingsOf(fired);
    // The score at which it fired stays.
    const measured = { ...recorded.event.measured, ...findings.measured };
    recorded.event = { ...recorded.event, ...findings, measured };
    if (kind === 'ended') this.#options.onEnded(recorded.event, fired.endedAtMs ?? fired.frameTimestampMs);
    this.#store(recorded, kind);
  }

  #store(recorded: RecordedEvent, kind: StoredKind): void {
    const { pending, event, isHeld } = recorded;
    if (isHeld) {
      this.#options.held?.hold(event);
      return;
    }
    const last = pending.at(-1);
    // What is still waiting is replaced by what is newer; the first may be on its way.
    if (pending.length > 1 && last?.kind === kind) pending.pop();
    pending.push({ kind, event });
    this.#unstored.add(recorded);
    if (this.#failed.has(recorded)) {
      this.#wait(recorded);
      this.storeWaiting();
    } else if (!recorded.isWriting) void this.#inTurn(recorded, () => this.#begin(recorded));
  }

  /** Changes of a camera are stored one after the other, as they were found: clients are told of them in that order. */
  async #inTurn(recorded: RecordedEvent, write: () => Promise<void>): Promise<void> {
    const { camera } = recorded.event;
    recorded.isWriting = true;
    const turn = (this.#turns.get(camera) ?? Promise.resolve()).then(write);
    this.#turns.set(camera, turn);
    await turn;
    if (this.#turns.get(camera) === turn) this.#turns.delete(camera);
  }

  async #begin(recorded: RecordedEvent): Promise<void> {
    if (this.isFailing) {
      // What is found while older events wait is stored after them.
      recorded.isWriting = false;
      this.#failed.add(recorded);
      this.#wait(recorded);
      this.storeWaiting();
      return;
    }
    await this.#write(recorded, { all: false });
    const { pending, isWriting } = recorded;
    if (pending.length > 0 && !isWriting && !this.#failed.has(recorded)) {
      void this.#inTurn(recorded, () => this.#begin(recorded));
    }
  }

  #wait({ pending }: RecordedEvent): void {
    for (const change of pending) {
      if (!change.isWaiting) this.#options.waiting?.waits(change.kind, change.event);
      change.isWaiting = true;
    }
  }

  /** @param options.all the changes that wait, not the oldest alone */
  async #write(recorded: RecordedEvent, { all }: { all: boolean }): Promise<void> {
    const { bus, view, waiting, held, onFault } = this.#options;
    try {
      for (let next = recorded.pending[0]; next; next = all ? recorded.pending[0] : undefined) {
        const { kind, event } = next;
        const seq = await this.#storeChange(next);
        recorded.pending.shift();
        if (seq !== undefined) bus.emit('event', { kind, seq, event: view(event) });
      }
      if (recorded.pending.length > 0) return;
      this.#unstored.delete(recorded);
      if (this.#failed.delete(recorded)) waiting?.done(recorded.event);
      if (recorded.event.verification) held?.done(recorded.event);
    } catch (error) {
      // Another node that has taken the camera ends its events.
      if (error instanceof LookoutError && ['not_found', 'conflict', 'lease_lost'].includes(error.code))
        this.#drop(recorded);
      else {
        this.#failed.add(recorded);
        this.#wait(recorded);
        onFault(error);
        this.#retryLater();
      }
    } finally {
      recorded.isWriting = false;
    }
  }

  /** @returns the number of the change; undefined if it is stored already, and only the answer was lost */
  async #storeChange({ kind, event, isWaiting }: PendingChange): Promise<number | undefined> {
    const { store, view, deliveries } = this.#options;
    const messages = deliveries(view(event), kind);
    if (kind !== 'created') return store.update(event, kind, messages);
    try {
      return await store.insert(event, messages);
    } catch (error) {
      if (isWaiting && error instanceof LookoutError && error.code === 'conflict') return undefined;
      throw error;
    }
  }

  #retryLater(): void {
    if (this.#cancelRetry) return;
    this.#cancelRetry = this.#options.later(() => void this.#retry(), this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, MAX_RETRY_MS);
  }

  /** Oldest first, until one fails again. */
  async #retry(): Promise<void> {
    this.#isRetrying = true;
    for (const recorded of this.#failed) {
      await this.#inTurn(recorded, () => this.#write(recorded, { all: true }));
      if (this.#failed.has(recorded)) break;
    }
    this.#isRetrying = false;
    this.#cancelRetry = undefined;
    if (this.#failed.size > 0) this.#retryLater();
    else this.#retryMs = FIRST_RETRY_MS;
  }

  #drop(recorded: RecordedEvent): void {
    recorded.pending.length = 0;
    this.#alarmed.delete(recorded.event.camera);
    this.#unstored.delete(recorded);
    if (this.#failed.delete(recorded)) this.#options.waiting?.done(recorded.event);
    this.#held.delete(recorded);
    if (recorded.event.verification) this.#options.held?.done(recorded.event);
    this.#recorded.get(groupOf(recorded.event.rule_id, recorded.event.camera))?.delete(recorded.key);
  }
}

/** Whether its question is still pending. */
function isAskedAbout({ event }: Pick<RecordedEvent, 'event'>): boolean {
  return event.verification?.state === 'pending';
}

function groupOf(ruleId: string, camera: string): string {
  return `${ruleId}/${camera}`;
}
