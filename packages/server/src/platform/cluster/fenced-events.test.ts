import { LookoutError } from '@lookout/protocol';
import { expect, it } from 'vitest';
import type { EventRepository, KeptEvent } from '../storage/index.js';
import { type EventFence, fencedEvents } from './fenced-events.js';

const event = { id: 'e1', camera: 'yard', frame_timestamp: 5, ended_at: null } as KeptEvent;

/** A lease of epoch 7, in a database that takes what `accepts` says. */
function cluster(accepts: (epoch: number | undefined) => Promise<boolean> | boolean) {
  const written: unknown[] = [];
  const refused: unknown[] = [];
  const state = { epoch: 7 as number | undefined, waited: undefined as number | undefined, isLost: false };
  let lose = () => {};
  const write = async (given: KeptEvent, epoch: number | undefined) => {
    if (!(await accepts(epoch))) throw new LookoutError('lease_lost', 'taken');
    written.push({ ...given, epoch });
    return written.length;
  };
  const store = {
    insert: (given: KeptEvent, _deliveries: unknown, epoch?: number) => write(given, epoch),
    update: (given: KeptEvent, _kind: unknown, _deliveries: unknown, epoch?: number) => write(given, epoch),
  } as unknown as EventRepository;
  const fence: EventFence = {
    epochOf: () => state.epoch,
    refused: (camera, given) => refused.push(`${camera} ${given}`),
    waiting: () => (state.waited === undefined ? undefined : { event, epoch: state.waited }),
    isLost: () => state.isLost,
    onLost: (listener) => {
      lose = listener;
    },
  };
  return { events: fencedEvents(store, fence), written, refused, state, lose: () => lose() };
}

it('writes events with the epoch of the lease, and not at all without one', async () => {
  const { events, written, refused, state } = cluster((epoch) => epoch === 7);
  expect(await events.insert(event, [])).toBe(1);
  state.epoch = 6;
  await expect(events.update(event, 'ended', [])).rejects.toMatchObject({ code: 'lease_lost' });
  state.epoch = undefined;
  await expect(events.insert(event, [])).rejects.toMatchObject({ code: 'lease_lost' });
  expect(written).toEqual([{ ...event, epoch: 7 }]);
  expect(refused).toEqual(['yard 6']);
});

it('does not wait for a database that is away', async () => {
  const { events, state, lose } = cluster(() => new Promise(() => {}));
  const writing = events.insert(event, []);
  lose();
  await expect(writing).rejects.toMatchObject({ code: 'storage_failed' });
  state.isLost = true;
  await expect(events.update(event, 'ended', [])).rejects.toMatchObject({ code: 'storage_failed' });
  state.waited = 7;
  expect(await events.get('e1')).toEqual({ ...event, unconfirmed: true });
});

it('writes what has waited with the epoch by which it was found, or as late if another node has had the camera', async () => {
  const { events, written, state } = cluster((epoch) => epoch === undefined || epoch === 7);
  Object.assign(state, { epoch: 12, waited: 7 });
  await events.insert(event, []);
  state.waited = 6;
  await events.insert(event, []);
  expect(written).toEqual([
    { ...event, epoch: 7 },
    { ...event, epoch: undefined, late: true, ended_at: 5 },
  ]);
});
