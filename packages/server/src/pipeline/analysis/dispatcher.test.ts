import type { ModelInfo } from '@lookout/vision';
import { describe, expect, it } from 'vitest';
import type { AnalysisPool } from './analysis-pool.js';
import { type AnalysisClient, Dispatcher } from './dispatcher.js';
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
