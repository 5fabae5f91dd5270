import { syntheticJpeg } from '@lookout/media/testing';
import { LookoutError, type SessionSettings } from '@lookout/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeWorkers, model, models, noPrompts } from '../../testing/fake-workers.js';
import { WordModels } from '../../testing/word-models.js';
import { PromptFinder } from '../prompts/prompt-finder.js';
import { DetectionSession, type FrameAnswer, seconds } from './detection-session.js';
import { ImageMemory, readClientImage } from './image-data.js';
import { changeConfig, defaultConfig } from './session-config.js';
import { FrameTally } from './session-counts.js';

const jpeg = syntheticJpeg({ width: 640, height: 480 });
let workers: FakeWorkers;
let memory: ImageMemory;
let answers: FrameAnswer[];
let session: DetectionSession;
let onExpired: () => void;

function open(
  settings: SessionSettings = {},
  { queueSize = 50, maxBytes = 1e9, prompts = noPrompts, later = (_run: () => void) => () => {} } = {},
): DetectionSession {
  const config = changeConfig(
    defaultConfig({ defaultFps: 30, enableTracking: false, confidence: 0.5, crossClassIou: 0.8 }),
    settings,
    model.classNames,
  );
  memory = new ImageMemory(maxBytes);
  return new DetectionSession({
    ...workers,
    id: 'one',
    transport: 'sse',
    config,
    models: models.hold(),
    dispatcher: workers.dispatcher,
    memory,
    queueSize,
    timeoutMs: 300_000,
    observer: new FrameTally(),
    onExpired: () => onExpired(),
    ...{ prompts, later },
  });
}

/** A frame 40 ms after the one before. */
function send(id: string, { afterMs = 40, timestampS = undefined as number | undefined, bytes = jpeg } = {}): void {
  workers.nowMs += afterMs;
  session.offer({ id, timestampS, read: () => readClientImage(bytes), answer: (answer) => answers.push(answer) });
}

function told(): string[] {
  return answers.map((answer) => {
    if (answer.type === 'detection_result') return `${answer.data.frame_id} found ${answer.data.detections.length}`;
    return `${answer.frame_id} ${answer.type === 'error' ? answer.code : answer.reason}`;
  });
}

/** Frames and their answers add up. */
function expectAllAnswered(): void {
  const { received, processed, failed, in_flight, dropped } = session.stats().frames;
  expect(answers).toHaveLength(received);
  expect(in_flight).toBe(0);
  const lost = dropped.rate_limited + dropped.superseded + dropped.queue_full;
  expect(processed + failed + lost).toBe(received);
  expect(new Set(answers.map((answer) => ('data' in answer ? answer.data.frame_id : answer.frame_id))).size).toBe(
    received,
  );
  expect(memory.bytes).toBe(0);
}

beforeEach(() => {
  workers = new FakeWorkers(1);
  answers = [];
  onExpired = () => undefined;
  session = open();
});
afterEach(() => session.close());

describe('DetectionSession', () => {
  it('answers a frame with what was found, at least as sure as asked, surest first', async () => {
    send('a');
    workers.nowMs += 25;
    await workers.oldest.finish([
      [10.04, 20, 0.6],
      [300, 20, 0.9, 1],
      [500, 20, 0.4],
    ]);
    expect(answers).toEqual([
      {
        type: 'detection_result',
        data: {
          frame_id: 'a',
          detections: [
            { bbox: [300, 20, 400, 120], confidence: 0.9, class_id: 1, class_name: 'car' },
            { bbox: [10, 20, 110, 120], confidence: 0.6, class_id: 0, class_name: 'person' },
          ],
          processing_time_ms: 25,
          inference_ms: 10,
          image_size: [640, 480],
        },
        timestamp: seconds(workers.nowMs),
      },
    ]);
    expectAllAnswered();
  });

  it('gives no more than max_detections', async () => {
    session.configure({ max_detections: 1 });
    send('a');
    await workers.oldest.finish([
      [10, 20, 0.6],
      [300, 20, 0.9],
    ]);
    expect(told()).toEqual(['a found 1']);
  });

  it('numbers frames without a name', async () => {
    for (let i = 0; i < 2; i++) {
      workers.nowMs += 40;
      session.offer({
        id: undefined,
        timestampS: undefined,
        read: () => readClientImage(jpeg),
        answer: (a) => answers.push(a),
      });
      await workers.oldest.finish();
    }
    expect(told()).toEqual(['0 found 0', '1 found 0']);
  });

  it('keeps to its rate without looking at what comes faster', async () => {
    session.configure({ fps_limit: 10 });
    let reads = 0;
    for (let i = 0; i < 30; i++) {
      workers.nowMs += 1000 / 30;
      const read = () => {
        reads++;
        return readClientImage(jpeg);
      };
      session.offer({ id: i, timestampS: undefined, read, answer: (answer) => answers.push(answer) });
      await workers.jobs[0]?.finish();
    }
    expect(session.stats().frames).toMatchObject({ processed: 10, dropped: { rate_limited: 20 } });
    expect(reads).toBe(10);
    expectAllAnswered();
  });

  it('lets a frame wait for a busy worker, but not behind a newer one', async () => {
    send('a');
    send('b');
    expect(told()).toEqual([]);
    // b has waited 60 ms when d comes; c, 30 ms old, may wait on.
    send('c', { afterMs: 30 });
    send('d', { afterMs: 30 });
    expect(told()).toEqual(['b superseded']);
    workers.nowMs += 100;
    await workers.oldest.finish();
    expect(told()).toEqual(['b superseded', 'c superseded', 'a found 0']);
    await workers.oldest.finish();
    expect(told().at(-1)).toBe('d found 0');
    expectAllAnswered();
  });

  it('loses nothing of a stutter', async () => {
    send('a');
    send('b', { afterMs: 30 });
    await workers.oldest.finish();
    await workers.oldest.finish();
    expect(told()).toEqual(['a found 0', 'b found 0']);
  });

  it('bounds what is in flight', async () => {
    session.close();
    session = open({}, { queueSize: 2 });
    for (const id of ['a', 'b', 'c']) send(id, { afterMs: 30 });
    expect(told()).toEqual(['b superseded']);
    session.close();
    expect(told()).toEqual(['b superseded', 'a session_closed', 'c session_closed']);
    answers = [];
    await workers.oldest.finish();
    session = open({}, { queueSize: 1 });
    send('d');
    send('e');
    expect(told()).toEqual(['e queue_full']);
    await workers.oldest.finish();
    expectAllAnswered();
  });

  it('takes no more pictures than all sessions together may hold', async () => {
    session.close();
    session = open({}, { maxBytes: jpeg.length * 1.5 });
    send('a');
    send('b', { afterMs: 30 });
    expect(told()).toEqual(['b queue_full']);
    await workers.oldest.finish();
    expectAllAnswered();
  });

  it('answers what can not be read, and what a worker failed at', async () => {
    send('a', { bytes: new Uint8Array(Buffer.from('no picture')) });
    send('b');
    await workers.oldest.fail(new LookoutError('frame_invalid', 'The JPEG is damaged: inside'));
    expect(told()).toEqual(['a frame_invalid', 'b frame_invalid']);
    expectAllAnswered();
  });

  it('keeps for a frame what it was sent under', async () => {
    session.configure({ quality_mode: 'fast', confidence_threshold: 0.1 });
    send('a');
    session.configure({ quality_mode: 'accurate', confidence_threshold: 0.9, classes: ['car'] });
    expect(workers.oldest.job.detect?.letterbox).toMatchObject({ width: 320, height: 256 });
    expect(workers.oldest.job.detect?.options).toMatchObject({ confidence: 0.1 });
    await workers.oldest.finish([[10, 10, 0.3]]);
    send('b');
    expect(workers.oldest.job.detect?.letterbox.width).toBe(640);
    expect(workers.oldest.job.detect?.options.classIds).toEqual(new Set([1]));
    await workers.oldest.finish([[10, 10, 0.3]]);
    expect(told()).toEqual(['a found 1', 'b found 0']);
  });

  it('answers all in flight when it ends, and nothing after that', async () => {
    send('a');
    send('b');
    session.close();
    session.close();
    expect(told()).toEqual(['a session_closed', 'b session_closed']);
    await workers.oldest.finish();
    expect(answers).toHaveLength(2);
    expect(workers.jobs).toHaveLength(0);
    expect(memory.bytes).toBe(0);
  });
});

describe('order', () => {
  beforeEach(() => {
    session.close();
    workers = new FakeWorkers(2);
  });

  it('is kept with tracking, whichever worker is done first', async () => {
    session = open({ enable_tracking: true });
    send('a');
    send('b');
    send('c');
    await workers.jobs[1]?.finish();
    expect(told()).toEqual([]);
    await workers.jobs[1]?.finish();
    await workers.oldest.fail(new LookoutError('inference_failed', 'x'));
    expect(told()).toEqual(['a inference_failed', 'b found 0', 'c found 0']);
    expectAllAnswered();
  });

  it('is of no matter without', async () => {
    session = open();
    send('a');
    send('b');
    await workers.jobs[1]?.finish();
    await workers.oldest.finish();
    expect(told()).toEqual(['b found 0', 'a found 0']);
    expectAllAnswered();
  });

  it('holds when tracking is switched while frames are in flight', async () => {
    session = open({ enable_tracking: true });
    send('a');
    session.configure({ enable_tracking: false });
    send('b');
    await workers.jobs[1]?.finish();
    await workers.oldest.finish([[10, 10, 0.99]]);
    expect(told()).toEqual(['b found 0', 'a found 1']);
    expectAllAnswered();
  });
});

describe('tracking', () => {
  beforeEach(() => {
    session.close();
    session = open({ enable_tracking: true });
  });

  /** One frame with a person at x; @returns its track ids. */
  async function see(
    id: string,
    x: number,
    timestampS?: number,
    confidence = 0.97,
  ): Promise<Array<number | undefined>> {
    send(id, { timestampS });
    await workers.oldest.finish([[x, 50, confidence]]);
    const last = answers.at(-1);
    if (last?.type !== 'detection_result') throw new Error(`expected a result, got ${JSON.stringify(last)}`);
    return last.data.detections.map(({ track_id }) => track_id);
  }

  it('keeps identities by the frames’ own times', async () => {
    const [first] = await see('a', 10, 5);
    expect(first).toBeTypeOf('number');
    expect(await see('b', 20, 5.1)).toEqual([first]);
    const last = answers.at(-1);
    // 100 pixels a second by the stamps; 250 by the arrivals.
    for (let i = 2; i < 12; i++) await see(`c${i}`, 10 + i * 10, 5 + i / 10);
    const { velocity } = (answers.at(-1) as Extract<typeof last, { type: 'detection_result' }>).data.detections[0]!;
    expect(velocity![0]).toBeGreaterThan(70);
    expect(velocity![0]).toBeLessThan(130);
  });

  it('does not let a late frame lead tracks back', async () => {
    const [first] = await see('a', 10, 5);
    await see('b', 20, 5.2);
    expect(await see('late', 15, 5.1)).toEqual([undefined]);
    expect(await see('c', 30, 5.4)).toEqual([first]);
  });

  it('follows anew after a gap', async () => {
    const [first] = await see('a', 10, 5);
    const [second] = await see('b', 10, 65);
    expect(second).toBeTypeOf('number');
    expect(second).not.toBe(first);
  });

  it('judges and shows a tracked object by its smoothed score', async () => {
    const [first] = await see('a', 10, 5);
    expect(await see('b', 10, 5.1, 0.2)).toEqual([first]);
    for (let i = 2; i < 30; i++) await see(`c${i}`, 10, 5 + i / 10, 0.2);
    const shown = answers.map((one) => (one.type === 'detection_result' ? one.data.detections : []));
    expect(shown.at(-1)).toEqual([]);
    expect(shown.flat().every(({ confidence }) => confidence >= session.config.confidence_threshold)).toBe(true);
  });
});

describe('fairness', () => {
  it('is by the rates that are asked for', async () => {
    session.close();
    const fast = open({ fps_limit: 30 });
    const slow = open({ fps_limit: 10 });
    const done = { fast: 0, slow: 0 };
    const offer = (to: DetectionSession, name: 'fast' | 'slow') =>
      to.offer({
        id: undefined,
        timestampS: undefined,
        read: () => readClientImage(jpeg),
        answer: ({ type }) => {
          if (type === 'detection_result') done[name]++;
        },
      });
    // A worker of 10 analyses a second, and both would have more.
    for (let ms = 0; ms < 20_000; ms += 10) {
      workers.nowMs += 10;
      if (ms % 30 === 0) offer(fast, 'fast');
      if (ms % 100 === 0) offer(slow, 'slow');
      if (ms % 100 === 90) await workers.jobs[0]?.finish();
    }
    expect(done.fast + done.slow).toBeGreaterThan(190);
    // Where both are equally overdue, either may go first.
    expect(done.fast / done.slow).toBeGreaterThan(1.9);
    expect(done.fast / done.slow).toBeLessThan(3.5);
    fast.close();
    slow.close();
  });
});

describe('expiry', () => {
  it('comes when it was not used for its time', () => {
    vi.useFakeTimers();
    try {
      const expired = vi.fn();
      onExpired = expired;
      session = open();
      const pass = (ms: number) => {
        workers.nowMs += ms;
        vi.advanceTimersByTime(ms);
      };
      pass(299_000);
      session.touch();
      pass(299_000);
      expect(expired).not.toHaveBeenCalled();
      pass(2000);
      expect(expired).toHaveBeenCalledOnce();
      session.close();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('prompts of a session', () => {
  const prompts = ['a red car'];
  const AT = { width: 640, height: 480, score: 0.4, query: 0 };
  let words: WordModels;
  let timeUp: () => void;

  function openPrompted(): void {
    session.close();
    words = new WordModels('open-detect');
    words.finds = [{ ...AT, bbox: [1, 2, 30, 40] }];
    const finder = new PromptFinder({ models: words, captions: (texts) => words.embedTexts(texts) });
    const later = (run: () => void) => {
      timeUp = run;
      return () => {};
    };
    session = open({ prompts }, { prompts: finder, later });
  }

  const settled = () => new Promise((done) => setImmediate(done));
  const results = () =>
    answers.map((answer) => {
      if (answer.type !== 'detection_result') return answer.type;
      const { frame_id, detections, prompts } = answer.data;
      return [frame_id, detections.map(({ class_name }) => class_name), prompts?.state];
    });

  it('are looked for in one frame at a time, and frames in the meantime are answered without', async () => {
    openPrompted();
    let found = () => {};
    words.hold = new Promise<void>((resolve) => {
      found = resolve;
    });
    for (const id of ['a', 'b']) {
      send(id);
      await workers.oldest.finish([[10, 20, 0.9]]);
    }
    expect(results()).toEqual([['b', ['person'], 'skipped']]);
    found();
    await settled();
    send('c');
    await workers.oldest.finish();
    await settled();
    expect(results()).toEqual([
      ['b', ['person'], 'skipped'],
      ['a', ['person', 'a red car'], 'answered'],
      ['c', ['a red car'], 'answered'],
    ]);
    expectAllAnswered();
  });

  it('keep no frame for longer than 10 s', async () => {
    openPrompted();
    words.hold = new Promise(() => {});
    send('a');
    await workers.oldest.finish([[10, 20, 0.9]]);
    expect(answers).toEqual([]);
    timeUp();
    await settled();
    expect(results()).toEqual([['a', ['person'], 'skipped']]);
    expectAllAnswered();
  });

  it('that fail leave the findings of the class detector', async () => {
    openPrompted();
    words.hold = Promise.reject(new LookoutError('inference_failed', 'The model broke'));
    send('a');
    await workers.oldest.finish([[10, 20, 0.9]]);
    await settled();
    expect(answers).toMatchObject([
      { data: { detections: [{ class_name: 'person' }], prompts: { state: 'failed', reason: 'The model broke' } } },
    ]);
  });

  it('end with their session', async () => {
    openPrompted();
    words.hold = new Promise(() => {});
    send('a');
    await workers.oldest.finish([[10, 20, 0.9]]);
    session.close();
    expect(told()).toEqual(['a session_closed']);
    timeUp();
    await settled();
    expectAllAnswered();
  });

  it('can be taken away', async () => {
    openPrompted();
    expect(session.config.prompts).toEqual(prompts);
    expect(session.configure({ prompts: null }).prompts).toBeUndefined();
    send('a');
    await workers.oldest.finish();
    expect(results()).toEqual([['a', [], undefined]]);
  });

  it('are refused without a model, and nothing changes', () => {
    expect(() => session.configure({ prompts, fps_limit: 5 })).toThrow('no model that understands words');
    expect(session.config.fps_limit).toBe(30);
  });
});
