import { LookoutError } from '@lookout/protocol';
import { expect, it } from 'vitest';
import type { EventRepository, KeptEvent } from '../storage/index.js';
import { fencedEvents } from './fenced-events.js';

const event = { id: 'e1', camera: 'yard' } as KeptEvent;

it('writes events with the epoch of the lease, and not at all without one', async () => {
  const written: unknown[] = [];
  const refused: unknown[] = [];
  let epoch: number | undefined = 7;
  const store = {
    insert: async (_event: KeptEvent, _deliveries: unknown, given: number) => {
      written.push(given);
      return 1;
    },
    update: async () => {
      throw new LookoutError('lease_lost', 'taken');
    },
  } as unknown as EventRepository;
  const fenced = fencedEvents(store, {
    epochOf: () => epoch,
    refused: (camera, given) => refused.push(`${camera} ${given}`),
  });
  expect(await fenced.insert(event, [])).toBe(1);
  await expect(fenced.update(event, 'ended', [])).rejects.toMatchObject({ code: 'lease_lost' });
  epoch = undefined;
  await expect(fenced.insert(event, [])).rejects.toMatchObject({ code: 'lease_lost' });
  expect(written).toEqual([7]);
  expect(refused).toEqual(['yard 7']);
});
