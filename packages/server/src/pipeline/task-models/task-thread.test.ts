import { EventEmitter } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { LookoutError } from '@lookout/protocol';
import type { OtherTask, TaskModelInfo } from '@lookout/vision';
import { describe, expect, it } from 'vitest';
import type { FromTaskWorker, ToTaskWorker } from './task-messages.js';
import { TaskThread } from './task-thread.js';

const EMBED: TaskModelInfo = { name: 'tiny', task: 'embed', family: 'clip', graphs: {}, sha256: 'a', bytes: 1 };

/** A thread whose answers the test sends. */
class FakeThread extends EventEmitter {
  readonly jobs: Extract<ToTaskWorker, { type: 'job' }>[] = [];
  readonly used: Array<string | undefined> = [];

  postMessage(message: ToTaskWorker): void {
    if (message.type === 'job') this.jobs.push(message);
    else if (message.type === 'use') this.used.push(message.model?.sha256);
    else this.emit('exit', 0);
  }

  unref(): void {}

  answer(message: FromTaskWorker): void {
    this.emit('message', message);
  }

  /** Answers the newest job. */
  done(answer: unknown = []): void {
    this.answer({ type: 'done', id: this.jobs.at(-1)!.id, answer, ms: 5 });
  }

  /** First text of the newest job, or its call if it has none. */
  get text(): string | undefined {
    const job = this.jobs.at(-1)?.job;
    return job?.call === 'embedTexts' ? job.texts[0] : job?.call;
  }
}

function setup(models: Partial<Record<OtherTask, TaskModelInfo>> = { embed: EMBED }) {
  const threads: FakeThread[] = [];
  const outcomes: string[] = [];
  const timers = new Map<() => void, number>();
  let tick: () => void = () => undefined;
  let changed: (task: OtherTask) => void = () => undefined;
  const thread = new TaskThread({
    choice: {
      of: (task) => models[task],
      whyNone: (task) => new LookoutError('no_model_for_this', `There is no model for ${task}`),
      onChange(listener) {
        changed = listener;
        return () => undefined;
      },
    },
    limits: { runS: 3, openS: 10 },
    onJob: (call, outcome) => outcomes.push(`${call} ${outcome}`),
    createThread() {
      const made = new FakeThread();
      threads.push(made);
      return made as unknown as Worker;
    },
    later(run, delayMs) {
      timers.set(run, delayMs);
      return () => timers.delete(run);
    },
    eachSecond(run) {
      tick = run;
      return () => undefined;
    },
  });
  const newest = () => threads.at(-1)!;
  const pass = (delayMs: number) => {
    for (const [run, ms] of [...timers]) if (ms <= delayMs && timers.delete(run)) run();
  };
  return {
    thread,
    threads,
    newest,
    outcomes,
    models,
    pass,
    tick: () => tick(),
    change: (task: OtherTask) => changed(task),
  };
}

const turn = () => new Promise(setImmediate);

describe('TaskThread', () => {
  it('starts with the first job and runs one job at a time', async () => {
    const { thread, threads, newest } = setup();
    expect(threads).toHaveLength(0);
    const first = thread.embedTexts(['a']);
    const second = thread.embedTexts(['b']);
    await turn();
    expect(newest().jobs).toHaveLength(1);
    newest().done([Float32Array.of(1)]);
    expect(await first).toEqual([Float32Array.of(1)]);
    newest().done([Float32Array.of(2)]);
    expect(await second).toEqual([Float32Array.of(2)]);
    expect(threads).toHaveLength(1);
  });

  it('runs interactive jobs before crops of tracks, and those before whole frames', async () => {
    const { thread, newest } = setup();
    void thread.embedTexts(['running']);
    void thread.embedTexts(['open'], { priority: 'open' });
    void thread.embedTexts(['track'], { priority: 'track' });
    void thread.embedTexts(['person']);
    const order: unknown[] = [];
    for (let i = 0; i < 4; i++) {
      await turn();
      order.push(newest().text);
      newest().done();
    }
    expect(order).toEqual(['running', 'person', 'track', 'open']);
  });

  it('refuses jobs without a model, and jobs beyond its queue limit', async () => {
    const { thread, outcomes } = setup();
    await expect(thread.freeze(new Uint8Array())).rejects.toMatchObject({ code: 'no_model_for_this' });
    const waiting = Array.from({ length: 4 }, () => thread.embedTexts(['x'], { priority: 'open' }));
    const settled = Promise.allSettled(waiting);
    await turn();
    await thread.close();
    const codes = (await settled).map((one) => (one.status === 'rejected' ? one.reason.code : one.status));
    expect(codes).toEqual(['inference_failed', 'unavailable', 'unavailable', 'too_many_requests']);
    expect(outcomes).toContain('embedTexts refused');
  });

  it('cancels a job that has not started', async () => {
    const { thread, newest } = setup();
    void thread.embedTexts(['running']);
    const stop = new AbortController();
    const withdrawn = thread.embedTexts(['withdrawn'], { signal: stop.signal });
    const next = thread.embedTexts(['next']);
    stop.abort(new Error('gone'));
    await expect(withdrawn).rejects.toThrow('gone');
    newest().done();
    await turn();
    expect(newest().text).toBe('next');
    newest().done();
    await next;
  });

  it('closes text encoders a minute after the last text, and models after ten minutes', async () => {
    const { thread, newest, pass } = setup();
    const texts = thread.embedTexts(['a']);
    newest().done();
    await texts;
    pass(59_000);
    expect(newest().text).toBe('a');
    pass(60_000);
    expect(newest().text).toBe('closeTexts');
    newest().done(undefined);
    pass(600_000);
    expect(newest().text).toBe('closeModels');
  });

  it('notifies the thread and listeners when a model changes', async () => {
    const { thread, newest, models, change } = setup();
    const heard: OtherTask[] = [];
    thread.onChange((task) => heard.push(task));
    const texts = thread.embedTexts(['a']);
    newest().done();
    await texts;
    models.embed = { ...EMBED, sha256: 'b' };
    change('embed');
    expect([heard, newest().used]).toEqual([['embed'], ['a', 'b']]);
  });

  it('abandons a thread that hangs in a model, and does not use that model again', async () => {
    const { thread, threads, newest, models, tick } = setup();
    const hanging = thread.embedTexts(['a']);
    const waiting = thread.embedTexts(['b']);
    newest().answer({ type: 'opening', model: 'tiny' });
    for (let s = 0; s < 11; s++) tick();
    await expect(hanging).rejects.toMatchObject({ code: 'model_timeout' });
    // The waiting job was already accepted: it gets a new thread.
    expect(threads).toHaveLength(2);
    newest().done();
    await waiting;
    await expect(thread.embedTexts(['c'])).rejects.toMatchObject({ code: 'model_timeout' });
    expect(thread.hungCount).toBe(1);
    models.embed = { ...EMBED, sha256: 'repaired' };
    const repaired = thread.embedTexts(['d']);
    newest().done();
    await repaired;
  });

  it('fails the job of a thread that dies, and starts a new thread for the next job', async () => {
    const { thread, threads, newest } = setup();
    const lost = thread.embedTexts(['a']);
    newest().emit('error', new Error('out of memory'));
    newest().emit('exit', 1);
    await expect(lost).rejects.toMatchObject({ code: 'inference_failed' });
    const next = thread.embedTexts(['b']);
    newest().done();
    await next;
    expect(threads).toHaveLength(2);
  });
});
