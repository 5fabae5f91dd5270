import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import Fastify from 'fastify';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ACCESS_HEADER, passAccess } from '../../platform/cluster/passed-access.js';
import { PeerLinks, versionRefusal } from '../../platform/cluster/peer-links.js';
import { PEER_PROTOCOL_HEADER } from '../../platform/cluster/peer-tls.js';
import { createAuthority, issueCertificate } from '../../platform/tls/authority.js';
import { createPlainServer, createTlsServer } from '../http/page-server.js';
import { PeerServer } from './peer-server.js';

const authority = await createAuthority('test', [], Date.now());
const certificate = await issueCertificate(authority, ['localhost'], Date.now());
const closers: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A node `n2` whose only page says who asked. */
async function startNode(scheme: 'http' | 'https') {
  const log: Array<Record<string, unknown>> = [];
  let refused = 0;
  const peers = new PeerServer({
    here: 'n2',
    joinSecret: 'open sesame',
    log: pino({}, { write: (line) => void log.push(JSON.parse(line)) }),
    onRefused: () => refused++,
    now: () => performance.now(),
  });
  const requestTimeoutMs = 5000;
  const app = Fastify({
    serverFactory: (handler) =>
      scheme === 'https'
        ? createTlsServer(handler, { ...certificate, requestTimeoutMs, onPeer: peers.accept })
        : createPlainServer(handler, { requestTimeoutMs, onPeer: peers.accept }),
  });
  app.get('/who', ({ raw }) => peers.passedOn(raw)?.principal?.name ?? 'nobody');
  peers.serve('echo', (socket, { node, subject }) => {
    socket.on('message', (data) => socket.send(`${node} about ${subject}: ${data}`));
  });
  peers.attach(app);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  closers.push(() => app.close());
  closers.push(() => peers.close());
  const node = { id: 'n2', name: 'n2', url: `${scheme}://127.0.0.1:${port}` };
  return { node, log, refusedCount: () => refused };
}

function linksOf(secret: string): PeerLinks {
  const links = new PeerLinks('n1', secret);
  closers.push(() => links.close());
  return links;
}

const owner = passAccess({
  principal: { kind: 'key', id: 'k1', name: 'Anna', scope: 'viewer', hold: () => () => undefined },
  cameraId: 'yard',
});

function get(path: string, headers = {}) {
  return { method: 'GET', path, headers, signal: AbortSignal.timeout(5000) };
}

const bodyOf = (response: IncomingMessage) => text(response);

describe.each(['http', 'https'] as const)('a node that serves %s', (scheme) => {
  it('believes who another node says has asked, and nobody else', async () => {
    const { node } = await startNode(scheme);
    const links = linksOf('open sesame');
    expect(await bodyOf(await links.request(node, get('/who', { [ACCESS_HEADER]: owner })))).toBe('Anna');
    expect(await bodyOf(await links.request(node, get('/who')))).toBe('nobody');
    const options = { headers: { [ACCESS_HEADER]: owner }, rejectUnauthorized: false };
    const request = scheme === 'https' ? requestHttps : requestHttp;
    const outside = await new Promise<IncomingMessage>((resolve, reject) =>
      request(`${node.url}/who`, options, resolve).on('error', reject).end(),
    );
    expect(await bodyOf(outside)).toBe('nobody');
  });

  it('opens sockets between nodes to nodes only', async () => {
    const { node } = await startNode(scheme);
    const said = await new Promise<string>((resolve, reject) => {
      const socket = linksOf('open sesame').webSocket(node, '/internal/echo/back%20yard', {
        maxPayload: 1000,
        onOpen: () => socket.send('hello'),
        onMessage: (data) => resolve(String(data)),
        onClosed: reject,
      });
    });
    expect(said).toBe('n1 about back yard: hello');
    const outside = new WebSocket(`${node.url.replace('http', 'ws')}/internal/echo/yard`, {
      rejectUnauthorized: false,
    });
    const error = await new Promise((resolve) => outside.once('error', resolve));
    expect(error).toBeInstanceOf(Error);
  });

  it('refuses a node with another join secret, and both sides say so', async () => {
    const { node, log, refusedCount } = await startNode(scheme);
    const refused = linksOf('guess').request(node, get('/who'));
    await expect(refused).rejects.toMatchObject({ code: 'unavailable', message: 'Node n2 has another join secret' });
    await expect(linksOf('guess').request(node, get('/who'))).rejects.toThrow('another join secret');
    expect(refusedCount()).toBe(2);
    // The second one is within the time in which a repetition is not logged.
    expect(log.map(({ msg }) => msg)).toEqual(['refused a node that has another join secret']);
  });
});

it('says on both sides that a node is of another version', async () => {
  const { node } = await startNode('http');
  const answer = { headers: { [PEER_PROTOCOL_HEADER]: '2' } } as unknown as IncomingMessage;
  expect(versionRefusal(answer, node)?.message).toBe(
    'Node n2 speaks version 2 of the protocol between nodes, this one 1',
  );
  const links = linksOf('open sesame');
  const told = await links.request(node, get('/who', { [PEER_PROTOCOL_HEADER]: '2' }));
  expect(told.statusCode).toBe(409);
  expect(await bodyOf(told)).toContain('Node n2 speaks version 1 of the protocol between nodes, not 2');
});

it('says where no node of the cluster answers', async () => {
  const app = Fastify();
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const links = linksOf('open sesame');
  const node = { id: 'n3', name: 'n3', url: `http://127.0.0.1:${port}` };
  await expect(links.request(node, get('/'))).rejects.toThrow('does not answer as node n3 of this cluster');
  await app.close();
  await expect(links.request(node, get('/'))).rejects.toThrow('Node n3 does not answer (ECONNREFUSED)');
});

it('closes a connection with a message that can’t be read, and says whose it was', async () => {
  const { node } = await startNode('http');
  const reason = await new Promise<Error>((resolve) => {
    const socket = linksOf('open sesame').webSocket(node, '/internal/echo/yard', {
      maxPayload: 1000,
      onOpen: () => socket.send('hello'),
      onMessage: (data) => JSON.parse(String(data)),
      onClosed: resolve,
    });
  });
  expect(reason).toMatchObject({ code: 'unavailable', message: "Node n2 sent a message that can't be read" });
});
