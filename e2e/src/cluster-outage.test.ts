import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Esp32Camera, makeTestJpegs } from '@lookout/media/testing';
import type { Camera, EventsPage, RuleEvent } from '@lookout/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from './support/free-port.js';
import { HttpStream } from './support/http-stream.js';
import { LookoutProcess } from './support/lookout-process.js';
import { Postgres } from './support/postgres.js';
import { scratchFolder } from './support/scratch-folder.js';
import { startCamera, streetJpegs } from './support/start.js';
import { until } from './support/until.js';

// Three nodes whose database is away for longer than a lease lasts, while people come by.

/** By the node that each is to be on. */
const CAMERAS = { n1: 'gate', n2: 'hall', n3: 'yard' };

let postgres: Postgres;
const nodes: LookoutProcess[] = [];
const cameras: Esp32Camera[] = [];
let street: Uint8Array<ArrayBuffer>[];

beforeAll(async () => {
  const secret = join(scratchFolder(), 'secret');
  writeFileSync(secret, 'a secret that all three nodes have in common');
  street = await streetJpegs();
  postgres = new Postgres();
  for (const name of Object.keys(CAMERAS)) {
    const port = await freePort();
    const args = [
      '--cluster',
      postgres.url,
      '--node-url',
      `http://127.0.0.1:${port}`,
      '--node-name',
      name,
      '--label',
      name,
    ];
    nodes.push(await LookoutProcess.start({ port, args: [...args, '--join-secret-file', secret] }));
  }
  const nothing = await makeTestJpegs({ count: 1, width: 640, height: 480 });
  for (const [node, id] of Object.entries(CAMERAS)) {
    const camera = await startCamera({ jpegs: nothing });
    cameras.push(camera);
    await nodes[0]?.addCamera({ id, name: id, url: camera.url, needs: [node] });
  }
});

afterAll(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  postgres.close();
});

/** Cameras that are live, with the node that reads them, as each node says. */
async function live(): Promise<string[][]> {
  const lists = await Promise.all(nodes.map((node) => node.json<Camera[]>('/api/cameras')));
  return lists.map((all) => all.filter(({ state }) => state === 'live').map(({ id, node }) => `${id} on ${node}`));
}

const wanted = Object.entries(CAMERAS).map(([node, id]) => `${id} on ${node}`);
const isShared = (lists: string[][]) => lists.every((all) => all.toString() === wanted.toString());

it('cameras stay live while the database is away, and what they see is told, and stored once when it is back', async () => {
  const [n1, n2] = nodes as [LookoutProcess, LookoutProcess];
  await until('each node has a camera', async () => isShared(await live()), { timeoutMs: 40_000 });
  const rule = { cooldown_s: 0, trigger: { behavior: 'appear', subject: { classes: ['person'] } } };
  await n1.send('POST', '/api/rules', { rule });
  const before = await live();
  const streams = await Promise.all([n1, n2].map((node) => HttpStream.open(`${node.url}/api/events/stream`)));
  const unconfirmed = (stream: HttpStream) =>
    stream.events<RuleEvent>('created').filter((event) => event.unconfirmed === true);

  postgres.stop();
  const outMs = performance.now();
  for (const stream of streams) {
    await until('pages know', () => stream.events<{ away: boolean }>('storage').some(({ away }) => away));
  }
  // Longer than leases last.
  await until('leases have ended', () => performance.now() - outMs > 7000);
  expect(await live()).toEqual(before);
  for (const camera of cameras) camera.setJpegs(street);
  for (const stream of streams) {
    const seen = () => new Set(unconfirmed(stream).map(({ camera }) => camera)).size === wanted.length;
    await until('both hear of all cameras', seen, { timeoutMs: 30_000 });
  }
  const told = unconfirmed(streams[0] as HttpStream);
  const readiness = await (await n1.fetch('/readyz')).text();
  expect(readiness).toMatch(/all nodes have lost it, and keep their cameras/);
  expect(await live()).toEqual(before);

  postgres.start();
  const stored = async (node: LookoutProcess) => (await node.json<EventsPage>('/api/events?limit=200')).events;
  for (const node of nodes) {
    await until('all that was told is stored', async () => {
      const ids = (await stored(node).catch(() => [])).map(({ id }) => id);
      return told.every(({ id }) => ids.includes(id));
    });
  }
  expect((await stored(n2)).filter((event) => event.unconfirmed || event.late)).toEqual([]);
  const confirmed = () =>
    (streams[1] as HttpStream).events<RuleEvent>('created').filter((event) => event.unconfirmed === undefined);
  await until('all is told again', () => told.every(({ id }) => confirmed().some((event) => event.id === id)));
  // Once each, and in their order.
  for (const id of Object.values(CAMERAS)) {
    const idsOf = (events: RuleEvent[]) => events.filter(({ camera }) => camera === id).map((event) => event.id);
    const known = new Set(idsOf(told));
    expect(idsOf(confirmed()).filter((one) => known.has(one))).toEqual(idsOf(told));
  }
  expect(await live()).toEqual(before);
});
