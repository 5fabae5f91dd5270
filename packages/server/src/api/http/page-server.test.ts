import { once } from 'node:events';
import {
  type Server as HttpServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
} from 'node:http';
import { request as httpsRequest, type Server } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as tlsConnect } from 'node:tls';
import { Problem } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import NodeWebSocket, { type WebSocket, WebSocketServer } from 'ws';
import { createAuthority, issueCertificate, type PemPair } from '../../platform/tls/authority.js';
import { createPlainServer, createTlsServer } from './page-server.js';

let authority: PemPair;
let server: Server;
let port: number;

/** Answers what a connection of ICE has sent. */
const onIce = (socket: Socket) => void socket.once('data', (bytes) => socket.end(Buffer.concat([bytes, bytes])));

beforeAll(async () => {
  authority = await createAuthority('studio', [], Date.now());
  server = await listen();
  port = (server.address() as AddressInfo).port;
});
afterAll(() => close(server));

/** Says what it was asked. */
const echo: RequestListener = (request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => response.end(`${request.method} ${request.url} ${body.length}`));
};

async function listen(): Promise<Server> {
  const leaf = await issueCertificate(authority, ['localhost', '127.0.0.1'], Date.now());
  const made = createTlsServer(echo, { ...leaf, requestTimeoutMs: 30_000, onIce });
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return made;
}

async function close(which: Server | HttpServer): Promise<void> {
  const closed = once(which, 'close');
  which.close();
  which.closeAllConnections();
  await closed;
}

async function answer(request: ReturnType<typeof httpRequest>): Promise<IncomingMessage & { text: string }> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += chunk;
  return Object.assign(response, { text });
}

function overTls(path: string, options: object = {}, body = '') {
  return answer(httpsRequest({ host: '127.0.0.1', port, path, ca: authority.cert, ...options }).end(body));
}

function plain(path: string, options: object = {}) {
  return answer(httpRequest({ host: '127.0.0.1', port, path, ...options }).end());
}

describe('over TLS', () => {
  it('answers, and takes long bodies', async () => {
    expect((await overTls('/a?b=c')).text).toBe('GET /a?b=c 0');
    expect((await overTls('/', { method: 'POST' }, 'x'.repeat(3_000_000))).text).toBe('POST / 3000000');
  });

  it('is found whatever pieces the handshake comes in', async () => {
    // Between client and server, a wire that carries a few bytes at a time.
    const wire = connect(port, '127.0.0.1').setNoDelay(true);
    const client = new Duplex({
      read: () => {},
      write: async (chunk: Buffer, _encoding, done) => {
        for (let at = 0; at < chunk.length; at += 7) {
          wire.write(chunk.subarray(at, at + 7));
          await new Promise((resolve) => setImmediate(resolve));
        }
        done();
      },
    });
    wire.on('data', (chunk) => client.push(chunk)).on('end', () => client.push(null));
    const secure = tlsConnect({ socket: client, ca: authority.cert, servername: 'localhost' });
    secure.write('GET /slow HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    let text = '';
    for await (const chunk of secure) text += chunk;
    expect(text).toContain('GET /slow 0');
    wire.destroy();
  });

  it('speaks TLS 1.2 at least', async () => {
    const old = tlsConnect({ host: '127.0.0.1', port, ca: authority.cert, maxVersion: 'TLSv1.1', minVersion: 'TLSv1' });
    const [error] = await once(old, 'error');
    expect(error).toBeInstanceOf(Error);
  });

  it('upgrades to WebSockets', async () => {
    const sockets = new WebSocketServer({ noServer: true });
    const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      sockets.handleUpgrade(request, socket, head, (made: WebSocket) => made.send('hello'));
    server.on('upgrade', upgrade);
    const client = new NodeWebSocket(`wss://127.0.0.1:${port}/`, { ca: authority.cert });
    const [data] = await once(client, 'message');
    expect(String(data)).toBe('hello');
    client.terminate();
    server.off('upgrade', upgrade);
  });
});

describe('over plain HTTP on the same port', () => {
  it('leads visits to https, path and query kept', async () => {
    const response = await plain('/cameras/yard?x=1', { headers: { host: `studio.local:${port}` } });
    expect([response.statusCode, response.headers.location]).toEqual([
      307,
      `https://studio.local:${port}/cameras/yard?x=1`,
    ]);
    expect(response.headers['strict-transport-security']).toBeUndefined();
  });

  it.each([
    ['a key in the clear', '/api/cameras', { headers: { authorization: 'Bearer lk_secret' } }],
    ['a change', '/api/cameras', { method: 'POST' }],
    ['a host that is none', '/', { headers: { host: 'a b/evil' } }],
    ['a socket', '/ws/view/x', { headers: { connection: 'upgrade', upgrade: 'websocket' } }],
  ])('refuses %s', async (_what, path, options) => {
    const response = await plain(path, options);
    expect(response.statusCode).toBe(400);
    const document = Problem.parse(JSON.parse(response.text));
    expect(document).toMatchObject({ code: 'bad_request', detail: 'This server speaks HTTPS' });
    expect(response.text).not.toContain('secret');
    expect(response.headers.location).toBeUndefined();
  });

  it('ends what is neither', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('\x80\x2e\x01\x00\x02garbage\r\n\r\n');
    socket.resume();
    await once(socket, 'close');
    expect((await overTls('/still')).text).toBe('GET /still 0');
  });
});

describe('ICE over TCP on the same port', () => {
  const ICE = Buffer.of(0, 4, 1, 2, 3, 4);

  async function dial(to: number): Promise<string> {
    const socket = connect(to, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(ICE);
    let heard = '';
    socket.on('data', (bytes) => {
      heard += bytes.toString('hex');
    });
    await once(socket, 'close');
    return heard;
  }

  it('is passed on beside HTTPS', async () => {
    expect(await dial(port)).toBe(ICE.toString('hex').repeat(2));
  });

  it('is passed on beside plain HTTP, which works as ever', async () => {
    const made = createPlainServer(echo, { requestTimeoutMs: 30_000, onIce });
    await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
    const to = (made.address() as AddressInfo).port;
    expect(await dial(to)).toBe(ICE.toString('hex').repeat(2));
    const post = httpRequest({ host: '127.0.0.1', port: to, path: '/', method: 'POST' });
    expect((await answer(post.end('x'.repeat(3_000_000)))).text).toBe('POST / 3000000');
    const sockets = new WebSocketServer({ noServer: true });
    made.on('upgrade', (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (client: WebSocket) =>
        client.on('message', (data) => client.send(data)),
      ),
    );
    const client = new NodeWebSocket(`ws://127.0.0.1:${to}/`);
    await once(client, 'open');
    client.send('x'.repeat(1_000_000));
    const [data] = await once(client, 'message');
    expect(String(data).length).toBe(1_000_000);
    client.terminate();
    const silent = connect(to, '127.0.0.1');
    await once(silent, 'connect');
    const closed = once(silent.resume(), 'close');
    await close(made);
    await closed;
  });

  it('is none of a server that does not take it', async () => {
    const made = createPlainServer(echo, { requestTimeoutMs: 30_000 });
    await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
    expect(Buffer.from(await dial((made.address() as AddressInfo).port), 'hex').toString()).toMatch(/^HTTP\/1.1 400 /);
    await close(made);
  });
});

it('closes with every connection it has: silent, plain, half shaken, at work', async () => {
  const other = await listen();
  const otherPort = (other.address() as AddressInfo).port;
  const sockets = ['', 'GET / HTTP/1.1\r\n', '\x16\x03\x01'].map((bytes) => {
    const socket = connect(otherPort, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    if (bytes) socket.write(Buffer.from(bytes, 'latin1'));
    return socket;
  });
  const ends = sockets.map((socket) => once(socket, 'close'));
  const working = tlsConnect({ host: '127.0.0.1', port: otherPort, ca: authority.cert });
  working.on('error', () => {});
  working.resume();
  ends.push(once(working, 'close'));
  await once(working, 'secureConnect');
  await close(other);
  await Promise.all(ends);
});
