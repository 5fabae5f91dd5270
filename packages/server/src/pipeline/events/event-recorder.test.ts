import type { JpegFrame } from '@lookout/media';
import { LookoutError, Rule, Verify } from '@lookout/protocol';
import type { EventChange, FiredEvent } from '@lookout/rules';
import { beforeEach, describe, expect, it } from 'vitest';
import type { KeptEvent, NewDelivery } from '../../platform/storage/index.js';
import type { EventChange as ToldChange } from '../bus/event-bus.js';
import type { ObservedFrame } from '../live/observed-frame.js';
import { PictureSet } from '../live/picture-set.js';
import type { Outcome } from '../second-look/verified-event.js';
import { EventRecorder } from './event-recorder.js';

const rule = Rule.parse({ severity: 'critical', trigger: { behavior: 'stay', subject: { classes: ['person'] } } });

function fired(extra: Partial<FiredEvent> = {}): FiredEvent {
  return {
    key: 'r1/yard/1',
    ruleId: 'r1',
    camera: 'yard',
    behavior: 'stay',
    startedAtMs: 1_700_000_000_000.4,
    frameTimestampMs: 1_700_000_030_000.6,
    endedAtMs: null,
    zone: 'back door',
    measured: { seconds: 30.123 },
    objects: [{ id: 7, class_name: 'person', bbox: [10.04, 20, 60.06, 200], confidence: 0.83333 }],
    reason: 'A person stayed in “back door” for 30 s.',
    ...extra,
  };
}

const created = (extra: Partial<FiredEvent> = {}): EventChange => ({ kind: 'created', event: fired(extra) });
const updated = (extra: Partial<FiredEvent> = {}): EventChange => ({ kind: 'updated', event: fired(extra) });
const ended = (extra: Partial<FiredEvent> = {}): EventChange => ({
  kind: 'ended',
  event: fired({ endedAtMs: 1_700_000_040_000, ...extra }),
});

const frame = { kind: 'jpeg', number: 1, timestampMs: 0, width: 640, height: 480 } as JpegFrame;
const pictures = new PictureSet(frame, { runSoon: () => Promise.reject(), onEncode: () => undefined });
const observed: ObservedFrame = { frame, pictures, objects: [], spots: [], looks: undefined };

/** What is stored and told, in order; storing can be made to fail or wait. */
let log: string[];
let told: ToldChange[];
let stored: Array<{ event: KeptEvent; deliveries: readonly NewDelivery[] }>;
let storing: () => Promise<void>;
let timers: Array<{ run: () => void; delayMs: number }>;
let faults: unknown[];
let lost: number;
let waiting: string[];
/** The rule's question, if any; functions that report the outcome of each; and what is held. */
let verify: Verify | undefined;
let questions: Array<(outcome: Outcome) => void>;
let held: string[];
let recorder: EventRecorder;
beforeEach(() => {
  log = [];
  told = [];
  stored = [];
  storing = async () => undefined;
  timers = [];
  faults = [];
  lost = 0;
  waiting = [];
  verify = undefined;
  questions = [];
  held = [];
  let seq = 0;
  const store = async (kind: string, event: KeptEvent, deliveries: readonly NewDelivery[]) => {
    await storing();
    log.push(`store ${kind}`);
    stored.push({ event, deliveries });
    return ++seq;
  };
  recorder = new EventRecorder({
    store: {
      insert: (event, deliveries) => store('created', event, deliveries),
      update: (event, kind, deliveries) => store(kind, event, deliveries),
    },
    bus: {
      emit: (_topic, change) => {
        const event = change as ToldChange;
        log.push(`tell ${event.kind} ${event.seq}`);
        told.push(event);
      },
    },
    node: 'n1',
    rule: (id) => {
      if (id !== 'r1') return undefined;
      return { rule: { ...rule, ...(verify && { verify }) }, summary: 'Warn when a person stays.' };
    },
    secondLook: (_event, _verify, _observed, tell) => void questions.push(tell),
    held: {
      hold: ({ ended_at }) => held.push(ended_at === null ? 'hold' : 'hold ended'),
      done: () => held.push('done'),
    },
    takePictures: () => ({ hasSnapshot: true, hasClip: true }),
    onEnded: (_event, timeMs) => log.push(`clip until ${timeMs}`),
    view: ({ hasSnapshot, hasClip: _clip, bytes: _bytes, ...rest }) => ({
      ...rest,
      snapshot_url: hasSnapshot ? '/snapshot' : null,
      clip_url: null,
    }),
    deliveries: ({ id }, kind) => [{ webhookId: 'w', eventId: id, type: `event.${kind}`, body: '{}', nextAt: 0 }],
    onFired: () => undefined,
    onFault: (error) => faults.push(error),
    waiting: {
      waits: (kind, { camera }) => waiting.push(`${kind} ${camera}`),
      done: ({ camera }) => waiting.push(`done ${camera}`),
    },
    onLost: () => void lost++,
    later: (run, delayMs) => {
      const timer = { run, delayMs };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  });
});

/** What is on its way has been done. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('EventRecorder', () => {
  it('stores an event with its messages before it tells of it', async () => {
    recorder.record([created()], observed);
    expect(log).toEqual([]);
    await settled();
    expect(log).toEqual(['store created', 'tell created 1']);
    expect(stored[0]?.deliveries).toMatchObject([{ type: 'event.created', eventId: told[0]?.event.id }]);
    expect(told[0]?.event).toEqual({
      id: expect.stringMatching(/^[0-9A-Z]{26}$/),
      rule_id: 'r1',
      camera: 'yard',
      severity: 'critical',
      behavior: 'stay',
      summary: 'Warn when a person stays.',
      reason: 'A person stayed in “back door” for 30 s.',
      started_at: 1_700_000_000_000,
      ended_at: null,
      frame_timestamp: 1_700_000_030_001,
      measured: { seconds: 30.12 },
      tracks: [{ track_id: 7, class_name: 'person', bbox: [10, 20, 60.1, 200], confidence: 0.833 }],
      zone: 'back door',
      image_size: [640, 480],
      snapshot_url: '/snapshot',
      clip_url: null,
      node: 'n1',
      verdict: null,
      seen: false,
      kept: false,
      late: false,
    });
  });

  it('knows at once which objects of a camera warn, until their events end', async () => {
    const two = { key: 'r1/yard/2', objects: [{ ...fired().objects[0]!, id: 8 }] };
    expect(recorder.alarmed('yard')).toEqual(new Set());
    recorder.record([created()], observed);
    expect(recorder.alarmed('yard')).toEqual(new Set([7]));
    expect(recorder.alarmed('yard')).toBe(recorder.alarmed('yard'));
    recorder.record([created(two)], observed);
    expect([recorder.alarmed('yard'), recorder.alarmed('gate')]).toEqual([new Set([7, 8]), new Set()]);
    recorder.record([ended()], observed);
    expect(recorder.alarmed('yard')).toEqual(new Set([8]));
    await settled();
    recorder.forget(told[1]!.event as never);
    expect(recorder.alarmed('yard')).toEqual(new Set());
  });

  it('tells what follows in order, of the same event', async () => {
    recorder.record(
      [created(), updated({ reason: '2 people stayed' }), ended({ reason: '2 people stayed' })],
      observed,
    );
    await settled();
    expect(log).toEqual([
      'clip until 1700000040000',
      'store created',
      'tell created 1',
      'store updated',
      'tell updated 2',
      'store ended',
      'tell ended 3',
    ]);
    expect(new Set(told.map(({ event }) => event.id)).size).toBe(1);
    expect(told.map(({ event }) => event.ended_at)).toEqual([null, null, 1_700_000_040_000]);
  });

  it('lets an event go on after its end, until its rule fires anew', async () => {
    recorder.record([created(), ended()], observed);
    recorder.record([updated()], observed);
    recorder.record([created({ key: 'r1/yard/2' })], observed);
    recorder.record([ended()], observed);
    await settled();
    expect(told.map(({ kind }) => kind).sort()).toEqual(['created', 'created', 'ended', 'ended', 'updated']);
    recorder.record([ended({ key: 'r1/yard/2' }), created({ key: 'r1/yard/3' })], observed);
    recorder.record([updated({ key: 'r1/yard/2' })], observed);
    await settled();
    expect(told).toHaveLength(7);
  });

  it('keeps what a user said of an event that goes on', async () => {
    recorder.record([created()], observed);
    await settled();
    const [first] = stored;
    if (!first) throw new Error('expected an event');
    recorder.amended({ ...first.event, seen: true, kept: true, verdict: 'right' });
    recorder.record([ended()], observed);
    await settled();
    expect(told[1]?.event).toMatchObject({ seen: true, kept: true, verdict: 'right' });
  });

  it('tells nothing until the database works again, and loses nothing', async () => {
    storing = () => Promise.reject(new LookoutError('storage_failed', 'the disk is full'));
    recorder.record([created(), updated()], observed);
    recorder.record([created({ key: 'r1/gate/1', camera: 'gate' })], observed);
    await settled();
    expect(log).toEqual([]);
    expect(recorder.isFailing).toBe(true);
    expect(recorder.unstoredCount).toBe(2);
    recorder.record([ended()], observed);
    // Tried again after growing pauses.
    timers.pop()?.run();
    await settled();
    expect(timers.map(({ delayMs }) => delayMs)).toEqual([2000]);
    storing = async () => undefined;
    timers.pop()?.run();
    await settled();
    expect(told.map(({ kind, event }) => `${kind} ${event.camera}`)).toEqual([
      'created yard',
      'updated yard',
      'ended yard',
      'created gate',
    ]);
    expect(recorder.isFailing).toBe(false);
    expect(recorder.unstoredCount).toBe(0);
  });

  it('says what waits to be stored, stores it in order when it can, and once though an answer was lost', async () => {
    storing = () => Promise.reject(new LookoutError('storage_failed', 'the database is away'));
    recorder.record([created()], observed);
    await settled();
    recorder.record([ended(), created({ key: 'r1/gate/1', camera: 'gate' })], observed);
    await settled();
    expect(waiting).toEqual(['created yard', 'ended yard', 'created gate']);
    // The first one has been stored after all.
    let tries = 0;
    storing = async () => {
      if (++tries === 1) throw new LookoutError('conflict', 'There is such an event');
    };
    recorder.storeWaiting();
    await settled();
    expect(told.map(({ kind, event }) => `${kind} ${event.camera}`)).toEqual(['ended yard', 'created gate']);
    expect(waiting.slice(3)).toEqual(['done yard', 'done gate']);
    expect(recorder.isFailing).toBe(false);
  });

  it('stores events of a camera in the order in which they were found, whichever could not be stored', async () => {
    const answers: Array<{ fail: () => void; store: () => void }> = [];
    storing = () =>
      new Promise((resolve, reject) => {
        const fail = () => reject(new LookoutError('storage_failed', 'the connection was lost'));
        answers.push({ fail, store: resolve });
      });
    const reasons = ['first', 'second', 'third'];
    for (const reason of reasons) recorder.record([created({ key: `r1/yard/${reason}`, reason })], observed);
    recorder.record([created({ key: 'r1/gate/1', camera: 'gate' })], observed);
    await settled();
    expect(answers, 'the first of each camera').toHaveLength(2);
    // Another camera’s is away first; one found since waits behind those of its own camera.
    answers[1]?.fail();
    await settled();
    recorder.record([created({ key: 'r1/yard/4', reason: 'fourth' })], observed);
    answers[0]?.store();
    storing = async () => undefined;
    await settled();
    timers.pop()?.run();
    await settled();
    const yard = told.filter(({ event }) => event.camera === 'yard');
    expect(yard.map(({ event }) => event.reason)).toEqual([...reasons, 'fourth']);
    expect(told).toHaveLength(5);
    expect(recorder.unstoredCount).toBe(0);
  });

  it('keeps a bounded number of events that can’t be stored, and counts those it loses', async () => {
    storing = () => Promise.reject(new LookoutError('storage_failed', 'the disk is full'));
    for (let i = 0; i < 1200; i++) recorder.record([created({ key: `r1/yard/${i}` })], observed);
    await settled();
    expect(recorder.unstoredCount).toBe(1000);
    expect(lost).toBe(200);
    await recorder.close();
    expect(timers).toEqual([]);
  });

  it('stores only the newest of what changes while it waits', async () => {
    let go: () => void = () => undefined;
    storing = () => new Promise((resolve) => (go = resolve));
    recorder.record([created()], observed);
    for (let i = 0; i < 50; i++) recorder.record([updated({ reason: `update ${i}` })], observed);
    go();
    storing = async () => undefined;
    await settled();
    expect(told.map(({ event }) => event.reason)).toEqual(['A person stayed in “back door” for 30 s.', 'update 49']);
  });

  it('drops what its rule adds to an event that somebody removed', async () => {
    recorder.record([created()], observed);
    await settled();
    const [first] = stored;
    if (!first) throw new Error('expected an event');
    storing = () => Promise.reject(new LookoutError('not_found', 'There is no such event'));
    recorder.record([updated()], observed);
    await settled();
    recorder.forget(first.event);
    recorder.record([ended()], observed);
    await settled();
    expect(told).toHaveLength(1);
    expect(recorder.unstoredCount).toBe(0);
    expect(faults).toEqual([]);
  });

  it('makes no event of a rule that is gone', async () => {
    recorder.record([created({ ruleId: 'r9' })], observed);
    await settled();
    expect(log).toEqual([]);
  });
});

describe('EventRecorder, with a rule that asks for a second look', () => {
  beforeEach(() => {
    verify = Verify.parse({ question: 'Is it a burglar?' });
  });

  it('announces the event at once, and then the outcome of the question', async () => {
    recorder.record([created()], observed);
    await settled();
    expect(told[0]).toMatchObject({
      kind: 'created',
      event: { severity: 'critical', verification: { state: 'pending' } },
    });
    questions[0]?.({ state: 'rejected', evidence: 'a postman', ms: 900 });
    await settled();
    expect(told[1]).toMatchObject({
      kind: 'updated',
      event: { severity: 'info', verification: { state: 'rejected', lowered_from: 'critical', evidence: 'a postman' } },
    });
    // Later changes by the rule change neither.
    recorder.record([ended()], undefined);
    await settled();
    expect(told[2]).toMatchObject({ kind: 'ended', event: { severity: 'info', verification: { state: 'rejected' } } });
  });

  it('accepts an answer about an event that has ended, even once the rule has fired again, and keeps changes by users', async () => {
    recorder.record([created(), ended()], observed);
    recorder.record([created({ key: 'second' })], observed);
    await settled();
    const { event } = stored[0]!;
    recorder.amended({ ...event, seen: true });
    questions[0]?.({ state: 'confirmed' });
    await settled();
    expect(told.at(-1)).toMatchObject({
      kind: 'updated',
      event: { id: event.id, seen: true, ended_at: 1_700_000_040_000, verification: { state: 'confirmed' } },
    });
  });

  it('stores the answer after the event where the database was away', async () => {
    storing = async () => {
      throw new LookoutError('storage_failed', 'away');
    };
    recorder.record([created()], observed);
    await settled();
    questions[0]?.({ state: 'confirmed' });
    expect(waiting).toEqual(['created yard', 'updated yard']);
    storing = async () => undefined;
    recorder.storeWaiting();
    await settled();
    expect(told.map(({ kind, event }) => [kind, event.verification?.state])).toEqual([
      ['created', 'pending'],
      ['updated', 'confirmed'],
    ]);
  });

  it('does not bring back an event that was deleted in the meantime', async () => {
    recorder.record([created()], observed);
    await settled();
    recorder.forget(stored[0]!.event);
    storing = async () => {
      throw new LookoutError('not_found', 'removed');
    };
    questions[0]?.({ state: 'confirmed' });
    await settled();
    expect([told.length, recorder.unstoredCount, faults]).toEqual([1, 0, []]);
  });

  describe('that holds the event until then', () => {
    beforeEach(() => {
      verify = Verify.parse({ question: 'Is it a burglar?', hold: true });
    });

    it('neither stores nor announces it before there is an outcome, and then in its latest state', async () => {
      recorder.record([created()], observed);
      recorder.record([updated({ reason: 'for 40 s' })], observed);
      await settled();
      expect([log, stored, held]).toEqual([[], [], ['hold', 'hold']]);
      expect(recorder.alarmed('yard').size).toBe(0);
      questions[0]?.({ state: 'confirmed' });
      expect(recorder.alarmed('yard').size).toBe(1);
      await settled();
      expect(told).toHaveLength(1);
      expect(told[0]).toMatchObject({
        kind: 'created',
        event: { reason: 'for 40 s', severity: 'critical', verification: { state: 'confirmed', held: true } },
      });
      expect(held.at(-1)).toBe('done');
    });

    it('announces the end of one that has ended in the meantime', async () => {
      recorder.record([created(), ended()], observed);
      expect(held).toEqual(['hold', 'hold ended']);
      questions[0]?.({ state: 'timed_out' });
      await settled();
      expect(told.map(({ kind }) => kind)).toEqual(['created', 'ended']);
    });

    it('counts it among those that are not stored, and keeps it while the database is away', async () => {
      storing = async () => {
        throw new LookoutError('storage_failed', 'away');
      };
      recorder.record([created()], observed);
      questions[0]?.({ state: 'failed' });
      await settled();
      expect(held).toEqual(['hold']);
      storing = async () => undefined;
      recorder.storeWaiting();
      await settled();
      expect([told.map(({ kind }) => kind), held.at(-1)]).toEqual([['created'], 'done']);
    });

    it('stores outcomes that arrive just before it closes', async () => {
      recorder.record([created()], observed);
      questions[0]?.({ state: 'failed', error: 'stopped' });
      await recorder.close();
      expect(told.map(({ kind }) => kind)).toEqual(['created']);
    });
  });
});
