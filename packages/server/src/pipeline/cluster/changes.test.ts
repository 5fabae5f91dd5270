import type { RuleEvent } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import type { ChangeNotice, KeptEvent, StoredChange } from '../../platform/storage/index.js';
import { ChangeReader } from './change-reader.js';
import { EventFeed } from './event-feed.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

function change(seq: number, given: Partial<StoredChange> = {}): StoredChange {
  const event = { id: `e${seq}`, camera: 'yard' } as KeptEvent;
  return { seq, kind: 'created', eventId: `e${seq}`, camera: 'yard', event, ...given };
}

/** A feed of what is stored, which writes down what it does. */
function feedOf(stored: StoredChange[], told: string[]): EventFeed {
  return new EventFeed({
    store: {
      lastChange: async () => stored.at(-1)?.seq ?? 0,
      changesAfter: async (seq, limit) => ({
        changes: stored.filter((one) => one.seq > seq).slice(0, limit),
        isComplete: true,
      }),
    },
    bus: { emit: (_topic, happened) => void told.push(JSON.stringify(happened)) },
    view: (event) => event as unknown as RuleEvent,
    adopt: ({ seq }) => void told.push(`adopt ${seq}`),
  });
}

describe('EventFeed', () => {
  it('adopts what was removed while this node was away, and tells nothing of it', async () => {
    const told: string[] = [];
    const removed = (seq: number) => change(seq, { kind: 'deleted', event: undefined });
    const before = Array.from({ length: 500 }, (_, i) => (i % 250 === 0 ? removed(i + 7) : change(i + 7)));
    await feedOf(before, told).start();
    expect(told).toEqual(['adopt 7', 'adopt 257']);
  });

  it('tells changes of all nodes once each, in the order of their numbers', async () => {
    const stored = [change(1)];
    const told: string[] = [];
    const feed = feedOf(stored, told);
    await feed.start();
    stored.push(change(2), change(3, { kind: 'deleted', event: undefined }));
    await Promise.all([feed.read(), feed.read()]);
    stored.push(change(4, { event: undefined }), ...Array.from({ length: 300 }, (_, i) => change(5 + i)));
    await feed.read();
    expect(told.slice(0, 5)).toEqual([
      'adopt 2',
      '{"kind":"created","seq":2,"event":{"id":"e2","camera":"yard"}}',
      'adopt 3',
      '{"kind":"deleted","seq":3,"event":{"id":"e3","camera":"yard"}}',
      'adopt 4',
    ]);
    expect(told.filter((line) => line.startsWith('adopt'))).toHaveLength(303);
  });
});

describe('ChangeReader', () => {
  it('reads what has changed, everything after a gap, and again what could not be read', async () => {
    let tell: (notice: ChangeNotice) => void = () => {};
    const read: string[] = [];
    const timers: (() => void)[] = [];
    let isFailing = false;
    const reader = new ChangeReader({
      changes: {
        listen: (listener) => {
          tell = listener;
          return () => {};
        },
      },
      readers: {
        cameras: async (id) => void read.push(`cameras ${id}`),
        rules: async (id) => {
          if (isFailing) throw new Error('away');
          read.push(`rules ${id}`);
        },
      },
      onFault: (table) => read.push(`${table} failed`),
      later: (run) => {
        timers.push(run);
        return () => {};
      },
    });
    reader.start();
    const changed = (table: string, id: string) => tell({ type: 'changed', table, id, kind: 'update' });
    for (const id of ['a', 'a', 'b']) changed('cameras', id);
    changed('leases', 'a');
    await settled();
    expect(read.splice(0)).toEqual(['cameras a', 'cameras b']);
    isFailing = true;
    changed('rules', 'r');
    await settled();
    isFailing = false;
    for (const run of timers.splice(0)) run();
    await settled();
    expect(read.splice(0)).toEqual(['rules failed', 'rules undefined']);
    tell({ type: 'lost' });
    tell({ type: 'back' });
    await settled();
    expect(read).toEqual(['cameras undefined', 'rules undefined']);
    await reader.close();
  });
});
