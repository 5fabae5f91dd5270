import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { PeerLinks } from '../../platform/cluster/peer-links.js';
import type { PeerNode } from '../../platform/cluster/placement.js';
import { startTestApp } from '../../testing/test-app.js';
import { opened } from '../../testing/whole-server.js';
import { createPlainServer } from '../http/page-server.js';
import { OwnerRelay } from './owner-relay.js';
import { PeerServer } from './peer-server.js';

const closers: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const camera = { in: 'params', name: 'id', links: false } as const;

/** A node that requires keys, and answers with its id who has asked it what. */
async function startNode(id: string, owner: () => PeerNode | 'here' | undefined) {
  const joinSecret = 'open sesame';
  const links = new PeerLinks(id, joinSecret);
  const silent = pino({ level: 'silent' });
  const peers = new PeerServer({ here: id, joinSecret, log: silent, onRefused: () => undefined, now: Date.now });
  const passed: boolean[] = [];
  const relay = new OwnerRelay({
    links,
    placement: { ownerOf: owner },
    knows: (given) => given === 'yard',
    onPassed: (isAnswered) => void passed.push(isAnswered),
  });
  const app = await startTestApp({
    signIn: 'always',
    routes: (sockets) =>
      sockets.route('/ws/echo/:id', {
        ...{ query: z.object({}), summary: 'Echo', permission: 'watch', camera, atOwner: true },
        handler: (socket, { principal }) => {
          socket.on('message', (data) => socket.send(`${id} to ${principal.name}: ${data}`));
        },
      }),
    app: {
      links: { peers, relay },
      createServer: (handler, requestTimeoutMs) =>
        createPlainServer(handler, { requestTimeoutMs, onPeer: peers.accept }),
      plugins: [
        async (routes) => {
          routes.addContentTypeParser('text/x-raw', (_request, body, done) => done(null, body));
          routes.post<{ Params: { id: string }; Querystring: { n: string } }>(
            '/echo/:id',
            { config: { permission: 'operate', camera, atOwner: true } },
            async ({ body, params, query, principal, headers }, reply) => {
              const said = await text(body as AsyncIterable<Buffer>);
              reply.header('x-node', id);
              return `${principal?.name} of ${params.id} ${query.n}: ${said.length} ${headers.authorization}`;
            },
          );
          peers.attach(routes);
        },
      ],
    },
  });
  closers.push(async () => {
    peers.close();
    links.close();
    await app.close();
  });
  const node: PeerNode = { id, name: id, url: app.base };
  return { app, node, passed };
}

async function startBoth() {
  let owner: PeerNode | 'here' | undefined;
  const n2 = await startNode('n2', () => 'here');
  const n1 = await startNode('n1', () => owner);
  owner = n2.node;
  const { key } = await n1.app.keys.create({ name: 'Anna', scope: 'operator' });
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'text/x-raw' };
  const post = (path: string, body = 'hello') => fetch(n1.app.base + path, { method: 'POST', headers, body });
  const move = (to: typeof owner) => {
    owner = to;
  };
  return { n1, n2, headers, post, move };
}

it('passes requests on to the node that has the camera, with their caller and body, but no credentials', async () => {
  const { n1, post } = await startBoth();
  const answer = await post('/echo/yard?n=5', 'x'.repeat(3_000_000));
  expect([answer.status, answer.headers.get('x-node')]).toEqual([200, 'n2']);
  expect(answer.headers.get('lookout-peer'), 'between nodes only').toBeNull();
  expect(await answer.text()).toBe('Anna of yard 5: 3000000 undefined');
  expect((await post('/echo/elsewhere')).headers.get('x-node'), 'no such camera').toBe('n1');
  expect(n1.passed).toEqual([true]);
  const refused = await fetch(`${n1.app.base}/echo/yard`, { method: 'POST' });
  expect(refused.status, 'admitted here first').toBe(401);
});

it('passes sockets on', async () => {
  const { n1, headers } = await startBoth();
  const socket = new WebSocket(`${n1.app.base.replace('http', 'ws')}/ws/echo/yard`, { headers });
  await opened(socket);
  const said = new Promise((resolve) => socket.once('message', (data) => resolve(String(data))));
  socket.send('hello');
  expect(await said).toBe('n2 to Anna: hello');
  const ended = new Promise((resolve) => socket.once('close', resolve));
  await n1.app.keys.revoke((await n1.app.keys.list())[0]?.id ?? '');
  await ended;
});

it('says where a camera is whose node does not answer, and when none has it', async () => {
  const { n1, n2, post, move } = await startBoth();
  move(undefined);
  const moving = await post('/echo/yard');
  expect([moving.status, moving.headers.get('retry-after')]).toEqual([503, '2']);
  expect(await moving.json()).toMatchObject({ code: 'unavailable', detail: 'Camera "yard" is moving to another node' });
  move({ ...n2.node, url: 'http://127.0.0.1:9' });
  expect(await (await post('/echo/yard')).json()).toMatchObject({
    code: 'unavailable',
    detail: 'Camera "yard" is on node n2, which does not answer',
  });
  expect(n1.passed).toEqual([false]);
});
