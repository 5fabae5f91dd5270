import { LookoutError } from '@lookout/protocol';
import { expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { PeerSocketEvents } from '../../platform/cluster/peer-links.js';
import { PeerClocks } from './clock-shift.js';
import { PeerSource } from './peer-source.js';

it('waits longer each time for a node whose frames can’t be read', async () => {
  const delays: number[] = [];
  let retry = (): void => undefined;
  let opened: PeerSocketEvents | undefined;
  const source = new PeerSource({
    camera: 'yard',
    links: {
      webSocket: (_node, _path, events) => {
        opened = events;
        return { close: () => undefined } as WebSocket;
      },
    },
    placement: {
      here: 'n1',
      ownerOf: () => ({ id: 'n2', name: 'n2', url: 'http://n2' }),
      peers: () => [],
      onMoved: () => () => undefined,
    },
    events: { onPassed: () => undefined },
    firstFrameNumber: 0,
    onTrouble: () => undefined,
    clocks: new PeerClocks(),
    now: () => 0,
    later: (run, delayMs) => {
      delays.push(delayMs);
      retry = run;
      return () => undefined;
    },
  });
  source.start();
  for (let i = 0; i < 3; i++) {
    expect(() => opened?.onMessage(Buffer.from('no frame'), true)).toThrow();
    opened?.onClosed(new LookoutError('unavailable', 'It was closed'));
    retry();
  }
  expect(delays).toEqual([100, 200, 400]);
  await source.close();
});
