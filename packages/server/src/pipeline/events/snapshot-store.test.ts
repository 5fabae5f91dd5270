import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PictureCodec } from '@lookout/media/codec';
import { makeTestJpegs } from '@lookout/media/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEventId } from './event-id.js';
import { drawingOf, type SnapshotDrawing, withDrawing } from './snapshot-file.js';
import { SnapshotStore, type SnapshotStoreOptions } from './snapshot-store.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-snapshots-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const drawing: SnapshotDrawing = {
  tracks: [{ track_id: 7, class_name: 'person', bbox: [10, 20, 60, 200], confidence: 0.83 }],
  line: { name: 'gate “A”', from: [0, 0.5], to: [1, 0.5], color: '#3b82f6' },
};
const jpeg = new Uint8Array(1000).fill(7);
const FILE_BYTES = withDrawing(jpeg, drawing).byteLength;

async function open(options: Partial<SnapshotStoreOptions> = {}) {
  const faults: unknown[] = [];
  const store = await SnapshotStore.open({
    directory,
    isKept: () => false,
    onFault: (error) => faults.push(error),
    onWritten: () => undefined,
    now: () => 0,
    ...options,
    get maxBytes() {
      return options.maxBytes ?? 1e9;
    },
  });
  const take = (id: string, camera = 'yard') => store.take({ id, camera, jpeg, drawing });
  return { store, faults, take };
}

const idAt = (second: number) => createEventId(1_700_000_000_000 + 1000 * second);
const files = () => readdirSync(directory, { recursive: true }).filter((name) => String(name).endsWith('.jpg'));

describe('createEventId', () => {
  it('sorts by time', () => {
    const times = [0, 1, 1000, 1_700_000_000_000, 1_700_000_000_001, 4_000_000_000_000];
    const ids = times.map(createEventId);
    expect(ids.toSorted()).toEqual(ids);
    for (const id of ids) expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(createEventId(5)).not.toBe(createEventId(5));
  });
});

describe('withDrawing', () => {
  it('leaves a JPEG that is decoded as before', async () => {
    const [given] = await makeTestJpegs({ count: 1, width: 320, height: 240 });
    const whole = { width: 320, height: 240, x: 0, y: 0, contentWidth: 320, contentHeight: 240, fill: 0 };
    using codec = new PictureCodec();
    const pixelsOf = (bytes: Uint8Array) => {
      using picture = codec.decodeJpeg(bytes);
      return picture.toRgb(whole).slice();
    };
    const file = withDrawing(given ?? jpeg, drawing);
    expect(drawingOf(file)).toEqual(drawing);
    expect(pixelsOf(file)).toEqual(pixelsOf(given ?? jpeg));
    expect(drawingOf(given ?? jpeg)).toEqual({ tracks: [] });
  });

  it('is not misled by a comment of the camera’s own', () => {
    const comment = (text: string) =>
      Buffer.concat([Buffer.from('ffd8fffe00', 'hex'), Buffer.of(text.length + 2), Buffer.from(text)]);
    for (const text of ['ESP32', '"text"', '{"tracks":5}', ''])
      expect(drawingOf(comment(text))).toEqual({ tracks: [] });
  });
});

describe('SnapshotStore', () => {
  it('gives back what was taken, after a restart too', async () => {
    const first = await open();
    const [a, b] = [idAt(1), idAt(2)];
    expect(first.take(a)).toBe(true);
    expect(first.store.has(a)).toBe(true);
    expect(drawingOf((await first.store.read(a)) ?? new Uint8Array())).toEqual(drawing);
    first.take(b);
    await first.store.settled();
    const { store } = await open();
    expect(await store.read(b)).toHaveLength(FILE_BYTES);
    expect(store.bytes).toBe(2 * FILE_BYTES);
    await store.remove(a);
    expect(store.has(a)).toBe(false);
    expect(files()).toHaveLength(1);
    expect(await store.read(a)).toBeUndefined();
  });

  it('removes the oldest to make room, but for what is to be kept', async () => {
    const ids = [1, 2, 3, 4, 5].map(idAt);
    const { store, take } = await open({ maxBytes: 3 * FILE_BYTES, isKept: (id) => id === ids[0] });
    for (const id of ids) {
      take(id);
      await store.settled();
      expect(store.bytes).toBeLessThanOrEqual(3 * FILE_BYTES);
    }
    expect(ids.map((id) => store.has(id))).toEqual([true, false, false, true, true]);
    expect(files()).toHaveLength(3);
  });

  it('removes the oldest at once when the space gets smaller, but for what is to be kept', async () => {
    const ids = [1, 2, 3].map(idAt);
    const space = { maxBytes: 3 * FILE_BYTES };
    const { store, take } = await open({
      get maxBytes() {
        return space.maxBytes;
      },
      isKept: (id) => id === ids[0],
    });
    for (const id of ids) take(id);
    await store.settled();
    space.maxBytes = 2 * FILE_BYTES;
    await store.shrink();
    expect(ids.map((id) => store.has(id))).toEqual([true, false, true]);
    space.maxBytes = 0;
    await store.shrink();
    expect(ids.map((id) => store.has(id))).toEqual([true, false, false]);
  });

  it('says so when all of them are to be kept', async () => {
    const { store, take, faults } = await open({ maxBytes: 1.5 * FILE_BYTES, isKept: () => true });
    take(idAt(1));
    await store.settled();
    take(idAt(2));
    await store.settled();
    expect(faults).toEqual([expect.objectContaining({ code: 'storage_failed' })]);
    expect(store.has(idAt(2))).toBe(false);
  });

  it('takes the first of a storm and then one a second, for each camera', async () => {
    let nowMs = 0;
    const { store, take } = await open({ now: () => nowMs });
    let taken = 0;
    for (; nowMs < 60_000; nowMs += 60) {
      if (take(idAt(nowMs / 1000))) taken++;
      if (nowMs % 3000 === 0) await store.settled();
    }
    expect(taken).toBeGreaterThanOrEqual(118);
    expect(taken).toBeLessThanOrEqual(120);
    expect(take(idAt(61), 'gate')).toBe(true);
    await store.settled();
  });

  it('tells why a snapshot could not be written, and has none', async () => {
    const { store, faults } = await open();
    const id = idAt(1);
    store.take({ id, camera: 'yard', jpeg: Promise.reject(new Error('the frame is gone')), drawing });
    await store.settled();
    rmSync(directory, { recursive: true });
    writeFileSync(directory, '');
    store.take({ id, camera: 'yard', jpeg, drawing });
    await store.settled();
    expect(faults).toHaveLength(2);
    expect(store.has(id)).toBe(false);
    expect(store.bytes).toBe(0);
  });

  it('cleans up what a killed process left, and what is not its own', async () => {
    const id = idAt(1);
    mkdirSync(join(directory, id.slice(0, 5)));
    writeFileSync(join(directory, id.slice(0, 5), `${id}-1000.jpg.part`), 'x');
    mkdirSync(join(directory, 'EMPTY'));
    const { store } = await open();
    expect(store.has(id)).toBe(false);
    expect(files()).toEqual([]);
    expect(readdirSync(directory)).not.toContain('EMPTY');
  });

  it('notices a file that somebody removed', async () => {
    const { store, take } = await open();
    const id = idAt(1);
    take(id);
    await store.settled();
    rmSync(join(directory, id.slice(0, 5)), { recursive: true });
    expect(await store.read(id)).toBeUndefined();
    expect(store.has(id)).toBe(false);
  });
});
