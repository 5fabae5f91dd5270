import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { DetectionService } from '../../pipeline/sessions/detection-service.js';
import { PeerLinks } from '../../platform/cluster/peer-links.js';
import type { PeerNode } from '../../platform/cluster/placement.js';
import { SettingsFile } from '../../platform/config/schema.js';
import { DetectionMetrics } from '../../platform/metrics/detection-metrics.js';
import { FakeWorkers, models } from '../../testing/fake-workers.js';
import { startTestApp } from '../../testing/test-app.js';
import { opened } from '../../testing/whole-server.js';
import { NO_MASKS, WordModels } from '../../testing/word-models.js';
import { detectionRoutes } from '../detection/detection-routes.js';
import { createPlainServer } from '../http/page-server.js';
import { UploadLimit } from '../http/upload-limit.js';
import { type WebRtcRoutesOptions, webRtcRoutes } from '../webrtc/webrtc-routes.js';
import { OwnerRelay } from './owner-relay.js';
import { PeerServer } from './peer-server.js';

const closers: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const camera = { in: 'params', name: 'id', links: false } as const;

function detectionOn(node: string): DetectionService {
  const workers = new FakeWorkers(1);
  const service = new DetectionService({
    settings: SettingsFile.parse({}).streaming,
    defaults: { confidence: 0.5, crossClassIou: 0.8 },
    ...{ models, deviceReason: '', pool: { readyCount: 1, size: 1 }, dispatcher: workers.dispatcher },
    metrics: new DetectionMetrics(new Registry()),
    ...{ createTracker: workers.createTracker, prompts: workers.prompts, later: workers.later, now: workers.now, node },
  });
  closers.push(() => service.close());
  return service;
}

/** A node that requires keys, and answers with its id who has asked it what. @param nodes that are up */
async function startNode(id: string, nodes: ReadonlyMap<string, PeerNode>, owner: () => PeerNode | 'here' | undefined) {
  const joinSecret = 'open sesame';
  const links = new PeerLinks(id, joinSecret);
  const silent = pino({ level: 'silent' });
  const peers = new PeerServer({ here: id, joinSecret, log: silent, onRefused: () => undefined, now: Date.now });
  const passed: boolean[] = [];
  /** What is said to sessions of WebRTC here. */
  const said: string[] = [];
  const relay = new OwnerRelay({
    links,
    placement: { here: id, ownerOf: owner, peers: () => [...nodes.values()] },
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
          routes.post<{ Params: { node: string }; Querystring: { here?: string } }>(
            '/pictures/:node',
            { config: { permission: 'operate' } },
            async (request, reply) => {
              const { body, params, query } = request;
              const belonging = {
                name: 'The picture',
                node: params.node,
                ...(query.here && { away: () => undefined }),
              };
              if (await relay.passOn(request, reply, belonging)) return reply;
              return { id, body };
            },
          );
          peers.attach(routes);
        },
        webRtcRoutes({
          ...({ cameras: {}, viewers: {}, publishers: {} } as WebRtcRoutesOptions),
          sessions: {
            find: (role: string, camera: string, session: string) => ({
              trickle: (fragment: string) => void said.push(`${role} of ${camera} ${session}: ${fragment}`),
            }),
          } as unknown as WebRtcRoutesOptions['sessions'],
          relay,
        }),
        detectionRoutes({
          words: new WordModels(),
          masks: NO_MASKS,
          ...{ service: detectionOn(id), uploads: new UploadLimit(), relay, now: Date.now },
          models: { list: async () => [] },
        }),
      ],
    },
  });
  closers.push(async () => {
    peers.close();
    links.close();
    await app.close();
  });
  const node: PeerNode = { id, name: id, url: app.base };
  return { app, node, passed, said };
}

async function startBoth() {
  let owner: PeerNode | 'here' | undefined;
  const nodes = new Map<string, PeerNode>();
  const n2 = await startNode('n2', nodes, () => 'here');
  const n1 = await startNode('n1', nodes, () => owner);
  for (const { node } of [n1, n2]) nodes.set(node.id, node);
  owner = n2.node;
  const { key } = await n1.app.keys.create({ name: 'Anna', scope: 'operator' });
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'text/x-raw' };
  const post = (path: string, body = 'hello') => fetch(n1.app.base + path, { method: 'POST', headers, body });
  const move = (to: typeof owner) => {
    owner = to;
  };
  return { n1, n2, nodes, headers, post, move };
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

it('passes on what belongs to a node, also once its body has been read, or says that the node is away', async () => {
  const { n1, headers } = await startBoth();
  const ask = async (path: string) => {
    const json = { ...headers, 'Content-Type': 'application/json' };
    const answer = await fetch(n1.app.base + path, { method: 'POST', headers: json, body: '{ "wrong": "ü" }' });
    return { status: answer.status, retry: answer.headers.get('retry-after'), ...((await answer.json()) as object) };
  };
  expect(await ask('/pictures/n2')).toMatchObject({ id: 'n2', body: { wrong: 'ü' } });
  expect(await ask('/pictures/n1')).toMatchObject({ id: 'n1' });
  const detail = 'The picture is on node n9, which is away';
  expect(await ask('/pictures/n9')).toMatchObject({ status: 503, retry: '2', code: 'unavailable', detail });
  expect(await ask('/pictures/n9?here=1'), 'can do without').toMatchObject({ id: 'n1' });
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

it('passes what is about a session of WebRTC on to the node whose it is, wherever its camera is', async () => {
  const { n1, n2, nodes, headers, move } = await startBoth();
  move('here');
  const trickle = (session: string) =>
    fetch(`${n1.app.base}/whep/yard/${session}`, {
      ...{ method: 'PATCH', body: 'a=end-of-candidates' },
      headers: { ...headers, 'Content-Type': 'application/trickle-ice-sdpfrag' },
    });
  const of = (node: string) => `${node}-abcd-efgh_ijkl-0`;
  expect((await trickle(of('n2'))).status).toBe(204);
  expect((await trickle(of('n1'))).status).toBe(204);
  expect([n1.said, n2.said]).toEqual(['n1', 'n2'].map((node) => [`viewer of yard ${of(node)}: a=end-of-candidates`]));
  nodes.delete('n2');
  expect((await trickle(of('n2'))).status, 'ended with its node').toBe(404);
});

it('passes what is about a detection session on to the node that has it', async () => {
  const { n1, n2, nodes, headers: given } = await startBoth();
  const headers = { Authorization: given.Authorization };
  const { key } = await n2.app.keys.create({ name: 'robot', scope: 'detect' });
  const created = await fetch(`${n2.app.base}/stream/sessions`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}` },
  });
  const { client_id: id } = (await created.json()) as { client_id: string };
  expect(id).toMatch(/^n2-[0-9a-f-]{36}$/);
  const ask = (path: string, method = 'GET', body?: object) =>
    fetch(`${n1.app.base}/stream/${path}`, {
      ...{ method, headers: { ...headers, ...(body && { 'Content-Type': 'application/json' }) } },
      ...(body && { body: JSON.stringify(body) }),
    });
  const events = await ask(`events/${id}`);
  expect(events.headers.get('content-type')).toContain('text/event-stream');
  expect(await (await ask(`sessions/${id}/config`, 'PATCH', { fps_limit: 7 })).json()).toMatchObject({ fps_limit: 7 });
  expect(await (await ask(`sessions/${id}/stats`)).json()).toMatchObject({ transport: 'sse' });
  const frame = await ask(`process/${id}`, 'POST', { image_data: Buffer.from('no picture').toString('base64') });
  expect([frame.status, await frame.json()]).toEqual([400, expect.objectContaining({ code: 'validation_failed' })]);
  const lastId = `n2-${crypto.randomUUID()}`;
  expect((await ask(`sessions/${lastId}/stats`)).status, 'of a node that is up').toBe(404);
  expect((await ask(`sessions/${id}`, 'DELETE')).status).toBe(204);
  expect(await events.text(), 'it has ended').toContain('retry: 1000');

  nodes.delete('n2');
  for (const path of [`sessions/${id}/stats`, `events/${id}`, `sessions/n9-${crypto.randomUUID()}/stats`]) {
    const lost = await ask(path);
    expect([lost.status, await lost.json()]).toEqual([410, expect.objectContaining({ code: 'session_lost' })]);
  }
  expect((await ask(`sessions/${crypto.randomUUID()}/stats`)).status, 'names no node').toBe(404);
});
