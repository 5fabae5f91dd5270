import type { ModelInfo } from '@lookout/vision';
import { describe, expect, it } from 'vitest';
import type { AnalysisPool } from './analysis-pool.js';
import { type AnalysisClient, Dispatcher, pickStalest } from './dispatcher.js';
import type { Reservation } from './reservation.js';

const street = { name: 'street' } as ModelInfo;
const road = { name: 'road' } as ModelInfo;

/** A client with one frame, that notes when it is served. */
function client(name: string, model: ModelInfo, lastStartedMs: number, served: string[]): AnalysisClient {
  let waiting = true;
  return {
    lastStartedMs,
    wantedFps: 10,
    model,
    get waiting() {
      return waiting;
    },
    analyse: (reservation) => {
      waiting = false;
      served.push(`${name} by ${reservation.model.name}`);
    },
  };
}

/** @param free how many free workers have each model */
function dispatcherWith(free: Record<string, number>): Dispatcher {
  const pool = {
    freeCount: ({ name }: ModelInfo) => free[name] ?? 0,
    reserve: (model: ModelInfo) => {
      if (!free[model.name]) return undefined;
      free[model.name]!--;
      return { model } as Reservation;
    },
  };
  return new Dispatcher(pool satisfies Partial<AnalysisPool> as unknown as AnalysisPool, () => 1000);
}

describe('Dispatcher', () => {
  it('serves the stalest first, as long as workers are free', () => {
    const served: string[] = [];
    const dispatcher = dispatcherWith({ street: 2 });
    dispatcher.add(client('fresh', street, 900, served));
    dispatcher.add(client('stale', street, 100, served));
    dispatcher.add(client('middling', street, 500, served));
    dispatcher.kick();
    expect(served).toEqual(['stale by street', 'middling by street']);
  });

  it('lets a model that no free worker has hold up nobody else', () => {
    const served: string[] = [];
    const free = { street: 1, road: 0 };
    const dispatcher = dispatcherWith(free);
    dispatcher.add(client('damage', road, 0, served));
    dispatcher.add(client('people', street, 900, served));
    dispatcher.kick();
    expect(served).toEqual(['people by street']);
    free.road = 1;
    dispatcher.kick();
    expect(served).toEqual(['people by street', 'damage by road']);
  });
});

interface SimulatedCamera {
  lastStartedMs: number;
  wantedFps: number;
  frameFps: number;
  served: number;
  waiting: boolean;
}

/** One worker that takes `inferenceMs` for each frame, cameras that offer frames at their own rate, for `seconds`. */
function simulate(cameras: Array<{ wantedFps: number; frameFps: number }>, inferenceMs: number, seconds: number) {
  const all: SimulatedCamera[] = cameras.map((camera) => ({
    ...camera,
    lastStartedMs: Number.NEGATIVE_INFINITY,
    served: 0,
    waiting: false,
  }));
  let busyUntil = 0;
  for (let now = 0; now < seconds * 1000; now++) {
    for (const camera of all) if (now % Math.round(1000 / camera.frameFps) === 0) camera.waiting = true;
    if (now < busyUntil) continue;
    const picked = pickStalest(
      all.filter((camera) => camera.waiting),
      now,
    );
    if (!picked) continue;
    picked.waiting = false;
    picked.lastStartedMs = now;
    picked.served++;
    busyUntil = now + inferenceMs;
  }
  return all.map((camera) => camera.served / seconds);
}

describe('pickStalest', () => {
  it('has nothing to pick when no frame waits', () => {
    expect(pickStalest([], 0)).toBeUndefined();
  });

  it('serves a camera that was never served first', () => {
    const served = { lastStartedMs: 0, wantedFps: 30 };
    const fresh = { lastStartedMs: Number.NEGATIVE_INFINITY, wantedFps: 1 };
    expect(pickStalest([served, fresh], 1e6)).toBe(fresh);
  });

  it('shares a machine that is too small evenly between eight equal cameras', () => {
    const rates = simulate(Array(8).fill({ wantedFps: 30, frameFps: 30 }), 19, 60);
    expect(Math.min(...rates) / Math.max(...rates)).toBeGreaterThan(0.95);
    expect(rates.reduce((sum, rate) => sum + rate, 0)).toBeGreaterThan(52);
  });

  it('shares it in proportion to the wanted rates', () => {
    const [fast = 0, slow = 0] = simulate(
      [
        { wantedFps: 30, frameFps: 30 },
        { wantedFps: 10, frameFps: 30 },
      ],
      50,
      60,
    );
    expect(fast / slow).toBeGreaterThan(2.5);
    expect(fast / slow).toBeLessThan(3.5);
  });

  it('never starves a slow camera beside fast ones', () => {
    const rates = simulate([{ wantedFps: 1, frameFps: 5 }, ...Array(7).fill({ wantedFps: 60, frameFps: 60 })], 25, 60);
    expect(rates[0]).toBeGreaterThan(0);
  });
});
