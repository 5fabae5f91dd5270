import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LookoutError } from '@lookout/protocol/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EncodedMessage } from '../kserve/message.js';
import { cheapest } from './inference-server.js';
import { RemoteServers } from './remote-servers.js';

// Two servers on loopback that answer at once or never, and a clock that only the test moves.

const NONSENSE = '<html>';

class Peer {
  server: Server | undefined;
  port = 0;
  runs = 0;
  side = 64;
  status = 200;
  body = '{}';
  /** Runs it was asked for while it was told to be silent. */
  readonly silent: Array<() => void> = [];
  isSilent = false;

  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      request.resume().on('end', () => {
        if (!request.url!.endsWith('/infer')) {
          const tensor = { name: 't', datatype: 'FP32', shape: [1, 3, this.side, this.side] };
          response.end(JSON.stringify({ name: 'road', platform: '', inputs: [tensor], outputs: [tensor] }));
          return;
        }
        this.runs++;
        const answer = () => void response.writeHead(this.status).end(this.body);
        if (this.isSilent) this.silent.push(answer);
        else answer();
      });
    });
    await new Promise<void>((resolve) => this.server!.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }
}

/** Runs what is due when the time is moved. */
class ManualClock {
  ms = 0;
  #due: Array<{ at: number; run: () => void }> = [];
  now = () => this.ms;
  later = (run: () => void, delayMs: number) => {
    const entry = { at: this.ms + delayMs, run };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((one) => one !== entry);
    };
  };

  /** @returns the pauses that were waited for */
  get pauses(): number[] {
    return this.#due.map(({ at }) => at - this.ms);
  }

  move(ms: number): void {
    this.ms += ms;
    const due = this.#due.filter(({ at }) => at <= this.ms);
    this.#due = this.#due.filter(({ at }) => at > this.ms);
    for (const { run } of due) run();
  }
}

const message: EncodedMessage = { headerLength: undefined, body: new TextEncoder().encode('{}') };
let peers: [Peer, Peer];
let clock: ManualClock;
let servers: RemoteServers;
let told: string[];
const infer = () =>
  servers.infer(message, ({ body }) => {
    if (Buffer.from(body).toString() === NONSENSE) throw new Error('what a lie');
  });

beforeEach(async () => {
  peers = [new Peer(), new Peer()];
  for (const peer of peers) await peer.start();
  clock = new ManualClock();
  told = [];
  servers = open(peers.map(({ port }) => `http://127.0.0.1:${port}`));
});
afterEach(async () => {
  servers.close();
  for (const peer of peers) await peer.stop();
});

function open(url: string[]): RemoteServers {
  const opened = new RemoteServers({ url, model: 'road', timeout_ms: 2000, in_flight: 2 }, clock);
  opened.events = {
    onRequest: () => undefined,
    onAway: (from) => void told.push(`away ${url.indexOf(from)}`),
    onBack: (from) => void told.push(`back ${url.indexOf(from)}`),
  };
  return opened;
}

/** Until the condition holds: what is sent on loopback takes a few turns of the event loop. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

describe('the choice', () => {
  const server = (cost: number, outstanding: number, hasRoom = true) => ({ cost, outstanding, hasRoom });

  it.each([
    ['the one that answers first', [server(20, 0), server(10, 1)], 1],
    ['one that has room', [server(1, 4, false), server(10, 0)], 1],
    ['the least asked of those that cost the same', [server(0, 1), server(0, 0)], 1],
    ['the first of equals', [server(5, 1), server(5, 1)], 0],
    ['none if none has room', [server(1, 4, false)], -1],
  ])('is %s', (_, all, index) => {
    expect(all.indexOf(cheapest(all)!)).toBe(index);
  });

  it('shares what is on its way, and prefers the faster one afterwards', async () => {
    peers[0].isSilent = true;
    peers[1].isSilent = true;
    const first = infer();
    const second = infer();
    await until(() => peers[0].runs === 1 && peers[1].runs === 1);
    clock.move(10);
    peers[1].silent.pop()!();
    await second;
    clock.move(40);
    peers[0].silent.pop()!();
    await first;
    expect(servers.states().map(({ latency_ms }) => latency_ms)).toEqual([50, 10]);
    peers[1].isSilent = false;
    await infer();
    expect(peers.map(({ runs }) => runs)).toEqual([1, 2]);
  });
});

it('gives no more places than the servers that are there take at once', async () => {
  const places = Array.from({ length: 5 }, () => servers.hold());
  expect(places.map((place) => place !== undefined)).toEqual([true, true, true, true, false]);
  let room = 0;
  servers.onRoom = () => void room++;
  places[0]!.release();
  places[0]!.release();
  expect([room, servers.room]).toEqual([1, 1]);
  await peers[0].stop();
  await infer();
  expect(servers.room).toBe(0);
});

it('asks a server for fewer at once when its answers take longer, and for more when they do not', async () => {
  await peers[1].stop();
  await servers.describe();
  const run = async (count: number, ms: number) => {
    peers[0].isSilent = true;
    const runs = peers[0].runs;
    const asked = Array.from({ length: count }, () => infer());
    await until(() => peers[0].runs === runs + count);
    clock.move(ms);
    for (const answer of peers[0].silent.splice(0)) answer();
    await Promise.all(asked);
  };
  await run(1, 10);
  expect(servers.room).toBe(2);
  await run(2, 30);
  expect(servers.room).toBe(1);
  for (let i = 0; i < 3; i++) await run(1, 10);
  expect(servers.room).toBe(2);
});

it('leaves out a server that fails, gives what it failed to the other, and asks it again with growing pauses', async () => {
  await servers.describe();
  await peers[0].stop();
  for (let i = 0; i < 3; i++) await infer();
  expect([peers[1].runs, ...told]).toEqual([3, 'away 0']);
  expect(servers.someAway).toMatch(/^1 of 2 are left out: .* is not reachable/);
  expect(servers.allAway).toBeUndefined();
  for (const pause of [250, 500, 1000, 2000, 2000]) {
    await until(() => clock.pauses.length > 0);
    expect(clock.pauses).toEqual([pause]);
    clock.move(pause);
  }
  await until(() => clock.pauses.length > 0);
  await peers[0].start();
  clock.move(2000);
  await until(() => told.includes('back 0'));
  expect(servers.someAway).toBeUndefined();
  await infer();
  expect(peers[0].runs).toBe(1);
});

it('says so when all are away', async () => {
  for (const peer of peers) await peer.stop();
  await expect(infer()).rejects.toThrow(/is not reachable/);
  expect(servers.allAway!.message).toMatch(/^None of the 2 KServe servers can be used: .*; /);
  expect(servers.hold()).toBeUndefined();
});

it('leaves out one that refuses run after run, but not the last', async () => {
  peers[0].status = 500;
  const refused = async () => (await infer().catch((error: unknown) => error)) instanceof LookoutError;
  for (let i = 0; i < 3; i++) expect(await refused()).toBe(true);
  expect(told).toEqual(['away 0']);
  peers[1].status = 400;
  for (let i = 0; i < 4; i++) expect(await refused()).toBe(true);
  expect(told).toEqual(['away 0']);
});

it('leaves out one that has another model, until it has the same', async () => {
  peers[1].side = 32;
  await servers.describe();
  expect(servers.someAway).toMatch(/has another model under the name road$/);
  peers[1].side = 64;
  clock.move(250);
  await until(() => told.includes('back 1'));
});

it('leaves out one whose answers can not be read, but not the last, and asks it again with pauses that grow further', async () => {
  await servers.describe();
  peers[0].body = NONSENSE;
  for (const pause of [250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
    await infer();
    expect([told.splice(0), clock.pauses]).toEqual([['away 0'], [pause]]);
    clock.move(pause);
    await until(() => told.splice(0).includes('back 0'));
  }
  expect([peers[0].runs, peers[1].runs]).toEqual([9, 9]);
  peers[1].body = NONSENSE;
  await expect(infer()).rejects.toThrow(/returned an invalid answer: what a lie$/);
  expect(told).toEqual(['away 0']);
  peers[0].body = '{}';
  clock.move(30_000);
  await until(() => told.includes('back 0'));
  await infer();
  expect(peers[0].runs).toBe(11);
});
