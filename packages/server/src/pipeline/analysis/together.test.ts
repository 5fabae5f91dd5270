import type { ModelInfo } from '@lookout/vision';
import { describe, expect, it } from 'vitest';
import type { AnalysisJob, AnalysisResult } from './analysis-job.js';
import { type AnalysisClient, Dispatcher } from './dispatcher.js';
import { type Reservation, splitReservation } from './reservation.js';

const model = { name: 'm' } as ModelInfo;
const jobOf = (name: string) => ({ picture: { kind: 'jpeg', jpeg: Buffer.from(name) } }) as AnalysisJob;
const nameOf = ({ picture }: AnalysisJob) => (picture.kind === 'jpeg' ? Buffer.from(picture.jpeg).toString() : '');
const resultOf = (inferMs: number) => ({ inferMs }) as AnalysisResult;

function shared() {
  const done: string[] = [];
  const worker = {
    model,
    run: async (job: AnalysisJob) => {
      done.push(nameOf(job));
      return resultOf(1);
    },
    runTogether: async (jobs: AnalysisJob[]): Promise<PromiseSettledResult<AnalysisResult>[]> => {
      done.push(jobs.map(nameOf).join('+'));
      return jobs.map((job, i) =>
        nameOf(job) === 'bad'
          ? { status: 'rejected', reason: new Error('a bad picture') }
          : { status: 'fulfilled', value: resultOf(i) },
      );
    },
    release: () => void done.push('released'),
  };
  return { worker, done };
}

describe('a worker held for several', () => {
  it('is sent what they have when the last has it', async () => {
    const { worker, done } = shared();
    const [a, b, c] = splitReservation(worker, 3) as [Reservation, Reservation, Reservation];
    const first = a.run(jobOf('a'));
    const second = b.run(jobOf('b'));
    await Promise.resolve();
    expect(done).toEqual([]);
    const third = c.run(jobOf('c'));
    expect((await Promise.all([first, second, third])).map(({ inferMs }) => inferMs)).toEqual([0, 1, 2]);
    expect(done).toEqual(['a+b+c']);
  });

  it('goes without those who give up, and is given back where all do', async () => {
    const { worker, done } = shared();
    const [a, b, c] = splitReservation(worker, 3) as [Reservation, Reservation, Reservation];
    const ran = b.run(jobOf('b'));
    a.release();
    c.release();
    await ran;
    for (const part of splitReservation(worker, 2)) part.release();
    expect(done).toEqual(['b', 'released']);
  });

  it('tells each what became of its own', async () => {
    const { worker } = shared();
    const [a, b] = splitReservation(worker, 2) as [Reservation, Reservation];
    const outcomes = await Promise.allSettled([a.run(jobOf('bad')), b.run(jobOf('good'))]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    const broken = { ...worker, runTogether: () => Promise.reject(new Error('the worker ended')) };
    const parts = splitReservation(broken, 2);
    const all = await Promise.allSettled(parts.map((part, i) => part.run(jobOf(String(i)))));
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

describe('the dispatcher', () => {
  /** Clients wait for ever; what is begun is noted, those that go together in one text. */
  function setUp(options: { workers: number; together?: number }) {
    const begun: string[] = [];
    let free = options.workers;
    const names: string[] = [];
    const reservation = {
      model,
      run: async () => resultOf(1),
      infer: async () => Promise.reject(),
      release: () => undefined,
    };
    const dispatcher = new Dispatcher(
      {
        freeCount: () => free,
        reserve: () => {
          if (free === 0) return undefined;
          free--;
          return {
            ...reservation,
            ...(options.together !== undefined && { together: options.together }),
            split: (count: number) => {
              names.push(`${count}:`);
              return Array.from({ length: count }, () => reservation);
            },
          };
        },
      },
      () => 1000,
    );
    const add = (name: string, lastStartedMs: number, inputSize: string | undefined, of = model) => {
      const client: AnalysisClient & { waiting: boolean } = {
        waiting: true,
        model: of,
        inputSize,
        lastStartedMs,
        wantedFps: 1,
        analyse: () => {
          client.waiting = false;
          begun.push(name);
        },
      };
      dispatcher.add(client);
    };
    return { dispatcher, add, begun, splits: names };
  }

  it('takes along who waits for the same, stalest first, as many as go', () => {
    const { dispatcher, add, begun, splits } = setUp({ workers: 1, together: 3 });
    add('other size', 0, '320×320');
    add('a', 300, '416×320');
    add('b', -100, '416×320');
    add('no size', 1, undefined);
    add('other model', 2, '416×320', { name: 'n' } as ModelInfo);
    add('c', 200, '416×320');
    add('d', 100, '416×320');
    dispatcher.kick();
    expect(begun).toEqual(['b', 'd', 'c']);
    expect(splits).toEqual(['3:']);
  });

  it('leaves to free workers what they can begin with', () => {
    const { dispatcher, add, begun, splits } = setUp({ workers: 2, together: 4 });
    for (const [i, name] of ['a', 'b', 'c'].entries()) add(name, i, '416×320');
    dispatcher.kick();
    expect(begun).toEqual(['a', 'b', 'c']);
    expect(splits).toEqual(['2:']);
    const { dispatcher: idle, add: alone, splits: none } = setUp({ workers: 2, together: 4 });
    alone('a', 0, '416×320');
    alone('b', 1, '416×320');
    idle.kick();
    expect(none).toEqual([]);
  });

  it('takes one at a time where that is not faster', () => {
    const { dispatcher, add, begun, splits } = setUp({ workers: 1 });
    add('a', 1, '416×320');
    add('b', 0, '416×320');
    dispatcher.kick();
    expect(begun).toEqual(['b']);
    expect(splits).toEqual([]);
  });
});
