import { lookup } from 'node:dns';
import type { JpegFrame } from '@lookout/media';
import { type SecondLookProblem, Verify } from '@lookout/protocol';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecondLookMetrics } from '../../platform/metrics/second-look-metrics.js';
import type { KeptEvent } from '../../platform/storage/index.js';
import { FakeVlm, MANNERS } from '../../testing/fake-vlm.js';
import type { AnalysisJob } from '../analysis/analysis-job.js';
import type { ObservedFrame } from '../live/observed-frame.js';
import { PictureSet } from '../live/picture-set.js';
import { AnswerRecord } from './answer-record.js';
import { SecondLook } from './second-look.js';
import type { Outcome } from './verified-event.js';
import { VisionLanguageModel } from './vision-language-model.js';

const SMOKE = Verify.parse({ question: 'Is this really smoke?' });
const track = (id: number) => ({ track_id: id, class_name: 'car', bbox: [100, 100, 200, 200], confidence: 0.9 });

let server: FakeVlm;
let problem: SecondLookProblem | undefined;
let nowMs: number;
let timers: Array<{ run: () => void; delayMs: number }>;
let faults: string[];
let registry: Registry;
let record: AnswerRecord;
let drawn: AnalysisJob[];
let look: SecondLook;
beforeEach(async () => {
  server = await FakeVlm.start();
  problem = undefined;
  nowMs = 0;
  timers = [];
  faults = [];
  drawn = [];
  registry = new Registry();
  record = new AnswerRecord();
  const setup = { baseUrl: server.baseUrl, host: '127.0.0.1', model: 'small', apiKey: undefined };
  look = new SecondLook({
    host: { setup, check: async () => problem, problem: undefined },
    model: async () => new VisionLanguageModel((host, options, done) => lookup(host, options, done)),
    record,
    metrics: new SecondLookMetrics(registry),
    runSoon: async (job) => {
      drawn.push(job);
      const jpeg = new Uint8Array([drawn.length]);
      return {
        packed: new Float32Array(),
        jpegs: [{ quality: 85, jpeg }],
        decodeMs: 0,
        inferMs: 0,
        drawMs: 0,
        encodeMs: 0,
      };
    },
    onFault: (reason) => faults.push(reason),
    now: () => nowMs,
    later: (run, delayMs) => {
      const timer = { run, delayMs };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  });
});
afterEach(async () => {
  await look.close();
  await server[Symbol.asyncDispose]();
});

function frameWith(boxes: number): ObservedFrame {
  const frame = {
    kind: 'jpeg',
    number: 1,
    timestampMs: 0,
    width: 640,
    height: 480,
    jpeg: new Uint8Array([9]),
  } as JpegFrame;
  const pictures = new PictureSet(frame, { runSoon: () => Promise.reject(), onEncode: () => undefined });
  const objects = Array.from({ length: boxes }, () => ({ bbox: [0, 0, 640, 480] }));
  return { frame, pictures, objects, spots: [], looks: undefined } as unknown as ObservedFrame;
}

/** Asks about a new event of a track. @returns its outcomes so far */
function ask(trackId: number, { verify = SMOKE, observed = frameWith(0), rule = 'r1' } = {}): Outcome[] {
  const told: Outcome[] = [];
  const event = { id: `e${trackId}`, rule_id: rule, camera: 'yard', tracks: [track(trackId)] } as unknown as KeptEvent;
  look.ask(event, verify, observed, (outcome) => {
    told.push(outcome);
    record.note({ id: event.id, rule_id: rule, verification: { question: verify.question, ...outcome } });
  });
  return told;
}

/** Waits for this many outcomes. */
async function until(told: readonly Outcome[], count = 1): Promise<void> {
  while (told.length < count) await new Promise((resolve) => setImmediate(resolve));
}

const counted = async (name: string) => (await registry.getSingleMetricAsString(name)).split('\n').slice(2);

describe('SecondLook', () => {
  it('confirms what the model says yes to, with its words and the time it took', async () => {
    server.manner = (response, asked) => {
      nowMs = 1234;
      MANNERS.yes(response, asked);
    };
    const told = ask(1);
    await until(told);
    expect(told[0]).toEqual({ state: 'confirmed', evidence: 'grey smoke above the roof', model: 'small', ms: 1234 });
  });

  it.each([
    ['no', 'rejected'],
    ['unsure', 'unsure'],
    ['injected', 'rejected'],
  ] as const)('%s: %s', async (manner, state) => {
    server.manner = MANNERS[manner];
    const told = ask(1);
    await until(told);
    expect(told[0]?.state).toBe(state);
  });

  it('sends the crop at 1.5 times the box and the frame with the box drawn, at most 640 pixels, and no label', async () => {
    const told = ask(1, { observed: frameWith(1) });
    await until(told);
    const [frame, crop] = drawn.map(({ encode }) => encode);
    expect(frame).toMatchObject({ maxSide: 640, detections: [{ bbox: [100, 100, 200, 200], class_name: '' }] });
    expect(crop).toMatchObject({ maxSide: 640, detections: [], crop: [75, 75, 225, 225] });
    expect(server.asked[0]?.body.messages[1].content).toHaveLength(3);
  });

  it.each(['prose', 'garbage', 'broken', 'redirect', 'huge', 'drops'] as const)(
    'fails with a reason at %s',
    async (manner) => {
      server.manner = MANNERS[manner];
      const told = [ask(1), ask(2)];
      await Promise.all(told.map((one) => until(one)));
      expect(told[0]?.[0]).toMatchObject({ state: 'failed', error: expect.stringMatching(/answer|connection/) });
      // Logged at once, and not again so soon.
      expect(faults).toHaveLength(1);
      expect(await counted('lookout_second_look_failures_total')).toEqual([expect.stringMatching(/ 2$/)]);
    },
  );

  it('waits for a model that never answers only as long as the rule does, and goes on with the next question', async () => {
    server.manner = MANNERS.never;
    const first = ask(1);
    await server.askedTimes(1);
    server.manner = MANNERS.no;
    const second = ask(2);
    expect(timers.map(({ delayMs }) => delayMs)).toEqual([10_000, 10_000]);
    timers[0]?.run();
    expect(first).toEqual([{ state: 'timed_out', error: 'no answer within 10 s' }]);
    await until(second);
    expect(second[0]?.state).toBe('rejected');
    expect(first).toHaveLength(1);
  });

  it('asks one question at a time, lets 16 wait, and counts those that it does not ask', async () => {
    server.manner = MANNERS.never;
    const told = Array.from({ length: 19 }, (_, i) => ask(i));
    expect(told.map((one) => one.length)).toEqual([...Array(17).fill(0), 1, 1]);
    expect(told[18]?.[0]).toEqual({ state: 'failed', error: 'too many questions are waiting for the model' });
    await server.askedTimes(1);
    expect(server.asked).toHaveLength(1);
    expect(await counted('lookout_second_looks_dropped_total')).toEqual(['lookout_second_looks_dropped_total 2']);
    expect(await counted('lookout_second_looks_waiting')).toEqual(['lookout_second_looks_waiting 16']);
  });

  it('asks once about a track of a rule; but again about another question, and once the answer is old', async () => {
    server.manner = MANNERS.no;
    const told = [ask(1), ask(1), ask(1, { verify: { ...SMOKE, question: 'Is it a cat?' } })];
    await Promise.all(told.map((one) => until(one)));
    expect(told[1]).toEqual(told[0]);
    expect(server.asked).toHaveLength(2);
    nowMs = 6 * 60_000;
    await until(ask(1));
    expect(server.asked).toHaveLength(3);
  });

  it('sends nothing where no admin has allowed it, and says why', async () => {
    problem = 'not_allowed';
    const told = ask(1);
    await until(told);
    expect(told[0]).toMatchObject({ state: 'failed', error: expect.stringContaining('no admin has allowed') });
    expect([server.asked, drawn]).toEqual([[], []]);
  });

  it('notices a model that says yes to everything, by questions about empty parts of the pictures', async () => {
    for (const id of [1, 2, 3]) {
      const told = ask(id);
      await until(told, 2);
      expect(told.map(({ state, control }) => [state, control])).toEqual([
        ['confirmed', undefined],
        ['confirmed', 'yes'],
      ]);
    }
    expect(look.summaryOf('r1', SMOKE.question)).toEqual({
      answers: 3,
      confirmed: 3,
      controls: 3,
      controls_yes: 3,
      problem: 'always_yes',
    });
    // The control is one crop, without the frame that shows the object.
    expect(server.asked[1]?.body.messages[1].content).toHaveLength(2);
    // From now on, only after every fifth yes.
    for (const id of [4, 5, 6, 7]) await until(ask(id));
    expect(server.asked).toHaveLength(10);
    await until(ask(8), 2);
    expect(server.asked).toHaveLength(12);
  });

  it('asks no control question where no part of the picture is empty', async () => {
    await until(ask(1, { observed: frameWith(1) }));
    await until(ask(2, { observed: frameWith(1) }));
    expect(server.asked).toHaveLength(2);
  });

  it('gives every question an outcome when it is closed', async () => {
    server.manner = MANNERS.never;
    const told = [ask(1), ask(2)];
    await server.askedTimes(1);
    await look.close();
    const after = ask(3);
    expect([...told, after].map(([outcome]) => outcome?.state)).toEqual(['failed', 'failed', 'failed']);
    expect(timers).toEqual([]);
  });
});
