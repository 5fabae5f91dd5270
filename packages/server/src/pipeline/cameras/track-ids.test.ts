import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStorage, type Storage } from '../../platform/storage/index.js';
import { trackIdsOf } from './track-ids.js';

let directory: string;
let storage: Storage;
const faults: unknown[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-ids-'));
  storage = openStorage(directory);
  faults.length = 0;
});
afterEach(() => {
  storage.close();
  rmSync(directory, { recursive: true, force: true });
});

const ids = (camera: string) => trackIdsOf(camera, storage.trackIds, (error) => void faults.push(error));
const take = (next: () => number, count: number) => Array.from({ length: count }, next);

describe('track ids', () => {
  it('count from 1 for each camera', () => {
    expect(take(ids('yard'), 3)).toEqual([1, 2, 3]);
    expect(take(ids('gate'), 2)).toEqual([1, 2]);
  });

  it('are not used again after a restart, nor by a camera of the same name', () => {
    const used = new Set(take(ids('yard'), 250));
    expect(used.size).toBe(250);
    // Nothing was said to the storage when the process ended.
    storage.close();
    storage = openStorage(directory);
    for (let start = 0; start < 3; start++) {
      for (const id of take(ids('yard'), 120)) {
        expect(used.has(id), `id ${id}`).toBe(false);
        used.add(id);
      }
    }
    expect(Math.max(...used)).toBeLessThan(1000);
    expect(faults).toEqual([]);
  });

  it('go on when they can not be stored, and say so', () => {
    const full = new Error('the disk is full');
    let works = true;
    const store = {
      next: (camera: string) => storage.trackIds.next(camera),
      put: (camera: string, next: number) => {
        if (!works) throw full;
        storage.trackIds.put(camera, next);
      },
    };
    const next = trackIdsOf('yard', store, (error) => void faults.push(error));
    take(next, 100);
    works = false;
    expect(take(next, 100)).toEqual(Array.from({ length: 100 }, (_, i) => 101 + i));
    expect(faults).toEqual([full]);
    works = true;
    expect(next()).toBe(201);
    expect(ids('yard')()).toBe(301);
  });
});
