import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPacketDecoder } from '@lookout/media';
import { afterEach, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { PushSource } from '../../pipeline/publishing/push-source.js';
import { servePublisher } from './publisher-socket.js';

const closers: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A source behind a real socket, whose peer has to show that it is there every few milliseconds. */
async function setUp(clientOptions: WebSocket.ClientOptions) {
  const states: string[] = [];
  const source = new PushSource({
    events: {
      onFrame: () => undefined,
      onState: (state, reason) => states.push(`${state}: ${reason}`),
      onInfo: () => undefined,
      onInvalid: () => undefined,
      onBytes: () => undefined,
      onThrottled: () => undefined,
    },
    firstFrameNumber: 0,
    openDecoder: openPacketDecoder,
    now: Date.now,
  });
  closers.push(() => source.close());
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  closers.push(() => server.close());
  server.on('connection', (socket) =>
    servePublisher(socket, source, {
      now: Date.now,
      demand: () => ({ picturesFps: 0, analysesFps: 5, capacityFps: 100 }),
      pingEveryMs: 10,
      silentAfterMs: 1500,
    }),
  );
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const peer = new WebSocket(`ws://127.0.0.1:${port}`, clientOptions);
  closers.push(() => peer.terminate());
  const told: string[] = [];
  peer.on('message', (data) => told.push(String(data)));
  const closed = once(peer, 'close').then(([code]) => code as number);
  await once(peer, 'open');
  return { peer, closed, states, told };
}

const until = async (condition: () => boolean) => {
  while (!condition()) await sleep(5);
};

it('lets a peer go that answers no ping and sends nothing', async () => {
  const { closed, states } = await setUp({ autoPong: false });
  expect(await closed).toBe(1006);
  await until(() => states.at(-1) === 'off: The publisher disconnected: it stopped responding');
});

it('keeps a peer that answers pings but has nothing to send', async () => {
  const { peer } = await setUp({});
  let pings = 0;
  peer.on('ping', () => pings++);
  // More than the silence that is allowed.
  await until(() => pings > 200);
  expect(peer.readyState).toBe(WebSocket.OPEN);
});

it('keeps a peer that answers no pings but sends', async () => {
  const { peer, told } = await setUp({ autoPong: false });
  const pongs = () => told.filter((text) => text.includes('"pong"')).length;
  for (let sent = 0; sent < 200; sent++) {
    peer.send('{"type":"ping","t0":1}');
    await sleep(10);
  }
  await until(() => pongs() === 200);
  expect(peer.readyState).toBe(WebSocket.OPEN);
});

it('tells a publisher where it stands at once', async () => {
  const { told } = await setUp({});
  await until(() => told.length > 0);
  expect(JSON.parse(told[0] as string)).toMatchObject({ type: 'control', fps: 5, reason: 'demand' });
});
