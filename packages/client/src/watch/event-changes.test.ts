import { expect, it } from 'vitest';
import { endpointOf } from '../connection/request.js';
import { followEventChanges } from './event-changes.js';

/** Follows a stream that says this, until it has all been read. */
async function followed(text: string): Promise<unknown[]> {
  const told: unknown[] = [];
  const endpoint = endpointOf('http://localhost', undefined, async () => new Response(text));
  await new Promise<void>((resolve) => {
    const subscription = followEventChanges(endpoint, {
      onChange: (change) => told.push(change),
      onMissed: () => told.push('missed'),
      onRules: () => told.push('rules'),
      onMode: ({ mode }) => told.push(mode),
      onStorage: (state) => told.push(state),
      onState: ({ state }) => {
        if (state !== 'reconnecting') return;
        subscription.close();
        resolve();
      },
    });
  });
  return told;
}

const said = (event: string, data: string) => `event: ${event}\ndata: ${data}\n\n`;

it('tells changes of events, of rules and of the mode', async () => {
  const event = { id: 'e1', camera: 'yard' };
  const text = [
    said('created', JSON.stringify(event)),
    said('rules', '{}'),
    said('mode', '{"mode":"away"}'),
    said('storage', '{"away":true}'),
    said('deleted', '{"id":"e1"}'),
    said('missed', '{}'),
  ];
  expect(await followed(text.join(''))).toEqual([
    { kind: 'created', event },
    'rules',
    'away',
    { away: true },
    { kind: 'deleted', id: 'e1' },
    'missed',
  ]);
});

it('passes over what it does not know', async () => {
  const text = [
    said('ping', '{}'),
    said('mode', '{"mode":"asleep"}'),
    said('storage', '{"away":"perhaps"}'),
    said('mode', 'no JSON'),
    said('created', '{}'),
    said('later', '{}'),
  ];
  expect(await followed(text.join(''))).toEqual([]);
});
