import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Storage } from '../../platform/storage/index.js';
import { openTestStorage } from '../../testing/test-storage.js';
import { TrackIds } from './track-ids.js';

let directory: string;
let storage: Storage;
const faults: unknown[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-ids-'));
  storage = openTestStorage(directory);
  faults.length = 0;
});
afterEach(async () => {
  await storage.close();
  rmSync(directory, { recursive: true, force: true });
});

const NOW_MS = 1_700_000_000_000;
const onFault = (error: unknown) => void faults.push(error);

async function start(...cameras: string[]): Promise<TrackIds> {
  const ids = new TrackIds(storage.trackIds, onFault, () => NOW_MS);
  for (const camera of cameras) await ids.prepare(camera);
  return ids;
}

const take = (ids: TrackIds, camera: string, count: number) => Array.from({ length: count }, () => ids.next(camera));

/** As many ids, with time for the storage between them. */
async function takeSlowly(ids: TrackIds, camera: string, count: number): Promise<number[]> {
  const taken: number[] = [];
  for (let left = count; left > 0; left -= 50) {
    taken.push(...take(ids, camera, Math.min(50, left)));
    await storage.check();
  }
  return taken;
}

const range = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

describe('track ids', () => {
  it('count from 1 for each camera', async () => {
    const ids = await start('yard', 'gate');
    expect(take(ids, 'yard', 3)).toEqual([1, 2, 3]);
    expect(take(ids, 'gate', 2)).toEqual([1, 2]);
    expect(await takeSlowly(ids, 'yard', 1000)).toEqual(range(4, 1000));
    expect(faults).toEqual([]);
  });

  it('are not used again after a restart or a crash, nor by a camera of the same name', async () => {
    const used = new Set(await takeSlowly(await start('yard'), 'yard', 250));
    expect(used.size).toBe(250);
    // The storage was told nothing when the process ended.
    await storage.close();
    storage = openTestStorage(directory);
    for (let restart = 0; restart < 3; restart++) {
      for (const id of await takeSlowly(await start('yard'), 'yard', 120)) {
        expect(used.has(id), `id ${id}`).toBe(false);
        used.add(id);
      }
    }
    expect(Math.max(...used)).toBeLessThan(2000);
  });

  it('are stored before the first of them is used', async () => {
    const ids = new TrackIds(storage.trackIds, onFault, () => NOW_MS);
    // Nothing is reserved yet, so what is given out can't be one of the ids that will be.
    expect(ids.next('yard')).toBe(NOW_MS);
    await storage.check();
    expect(ids.next('yard')).toBe(1);
  });

  it('stay unique while they can’t be stored, by the time, and the failure is reported', async () => {
    const full = new Error('the disk is full');
    let works = true;
    const store = {
      reserve: (camera: string, count: number) =>
        works ? storage.trackIds.reserve(camera, count) : Promise.reject(full),
    };
    const ids = new TrackIds(store, onFault, () => NOW_MS);
    await ids.prepare('yard');
    works = false;
    expect(take(ids, 'yard', 200)).toEqual(range(1, 200));
    await storage.check();
    expect(faults.length).toBeGreaterThan(0);
    expect(new Set(faults)).toEqual(new Set([full]));
    expect(take(ids, 'yard', 3)).toEqual(range(NOW_MS, 3));
    expect(ids.next('gate')).toBe(NOW_MS + 3);
    works = true;
    await storage.check();
    ids.next('yard');
    await storage.check();
    expect(ids.next('yard')).toBe(201);
  });
});
