import type { ModelInfo } from '@lookout/vision';
import { describe, expect, it } from 'vitest';
import { JobLine } from './job-line.js';
import type { Reservation } from './reservation.js';

const street = { name: 'street' } as ModelInfo;
const road = { name: 'road' } as ModelInfo;
const reservation = {} as Reservation;

function lineOf(maxWaiting = 2) {
  const dispatched = new Set<unknown>();
  const dispatcher = {
    add: (client: unknown) => void dispatched.add(client),
    remove: (client: unknown) => void dispatched.delete(client),
    kick: () => undefined,
  };
  const line = new JobLine({
    dispatcher,
    wantedFps: 10,
    maxWaiting,
    jobs: 'requests',
    hint: 'Ask less.',
    now: () => 0,
  });
  return { line, dispatched };
}

describe('JobLine', () => {
  it('does its jobs in the order they came, each with what it needs', async () => {
    const { line } = lineOf();
    const first = line.run({ model: street, inputSize: '416×320' }, async () => 'first');
    const second = line.run({ model: road }, async () => 'second');

    expect([line.model, line.inputSize]).toEqual([street, '416×320']);
    line.analyse(reservation);
    expect([line.model, line.inputSize]).toEqual([road, undefined]);
    line.analyse(reservation);
    expect(await Promise.all([first, second])).toEqual(['first', 'second']);
  });

  it('asks for workers only while something waits', async () => {
    const { line, dispatched } = lineOf();
    const job = line.run({ model: street }, async () => 'done');
    expect(dispatched.has(line)).toBe(true);
    line.analyse(reservation);
    await job;
    expect(dispatched.has(line)).toBe(false);
  });

  it('refuses more than it holds, and says what to do', async () => {
    const { line } = lineOf(1);
    const waiting = line.run({ model: street }, async () => 'done');
    await expect(line.run({ model: street }, async () => 'too many')).rejects.toMatchObject({
      code: 'too_many_requests',
      message: 'More than 1 requests are waiting for a worker',
      hint: 'Ask less.',
    });
    line.analyse(reservation);
    expect(await waiting).toBe('done');
  });

  it('forgets a job whose client has gone', async () => {
    const { line, dispatched } = lineOf();
    const gone = new AbortController();
    const job = line.run({ model: street }, async () => 'never', gone.signal);
    gone.abort(new Error('gone'));
    await expect(job).rejects.toThrow('gone');
    expect(line.waiting).toBe(false);
    expect(dispatched.has(line)).toBe(false);
  });

  it('finishes a job that is in a worker, even where its client has gone', async () => {
    const { line } = lineOf();
    const gone = new AbortController();
    let finish: (value: string) => void = () => undefined;
    const job = line.run({ model: street }, () => new Promise<string>((resolve) => (finish = resolve)), gone.signal);
    line.analyse(reservation);
    gone.abort();
    finish('done');
    expect(await job).toBe('done');
  });

  it('gives back a worker it has no use for', () => {
    const { line } = lineOf();
    let released = 0;
    line.analyse({ ...reservation, release: () => released++ });
    expect(released).toBe(1);
  });

  it('refuses what waits when it closes', async () => {
    const { line } = lineOf();
    const job = line.run({ model: street }, async () => 'never');
    line.close();
    await expect(job).rejects.toMatchObject({ code: 'unavailable' });
  });
});
