import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { pinOf, UntrustedCertificateError } from '../source/tls-pin.js';
import {
  camera,
  closeAll,
  codeOf,
  keyframe,
  listen,
  peer,
  type Request,
  type Respond,
  reply,
  SDP,
  start,
} from '../testing/rtsp-peer.js';
import { SELF_SIGNED } from '../testing/self-signed.js';

afterEach(closeAll);

describe('RtspClient against hostile peers', () => {
  it.each([
    ['bytes that are no RTSP', '\x16\x03\x01\x00\x00'],
    ['another protocol', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['an endless head', `RTSP/1.0 200 OK\r\nX: ${'y'.repeat(70_000)}`],
    ['an endless body', 'RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 999999999\r\n\r\n'],
    ['a status that is none', 'RTSP/1.0 OK\r\n\r\n'],
  ])('ends with source_protocol_error: %s', async (_name, bytes) => {
    const port = await listen((socket) => socket.write(bytes));
    expect(await codeOf(port)).toBe('source_protocol_error');
  });

  it('gives up on a peer that never answers, or drips', async () => {
    const silent = await listen((socket) => socket.resume());
    expect(await codeOf(silent, { timeoutMs: 150 })).toBe('camera_unreachable');
    const drip = await listen((socket) => {
      const timer = setInterval(() => socket.write('R'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    // A head that begins with RRRR… is not known to be wrong before it ends.
    expect(await codeOf(drip, { timeoutMs: 150 })).toBe('camera_unreachable');
  });

  it('tells a port where nothing listens, a name that does not exist and a peer that hangs up', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const refused = await start(`rtsp://admin:s3cret@127.0.0.1:${port}/x?token=s3cret`).done;
    expect(refused).toMatchObject({
      code: 'camera_unreachable',
      message: `Nothing listens at 127.0.0.1:${port}: the connection was refused`,
      hint: expect.stringContaining('Check the port'),
    });
    expect(`${refused?.message} ${refused?.hint}`).not.toContain('s3cret');
    const unknown = await start('rtsp://admin:s3cret@no-such-camera.invalid/x').done;
    expect(unknown?.code).toBe('camera_unreachable');
    expect(unknown?.message).toMatch(/^The name no-such-camera\.invalid can't be resolved$/);
    expect(await codeOf(await listen((socket) => socket.end()))).toBe('camera_closed');
  });

  it('bounds authentication: a peer that always asks again is a wrong password', async () => {
    const seen: Request[] = [];
    let nonce = 0;
    const port = await peer(({ cseq }, socket) => {
      nonce += 1;
      reply(socket, cseq, '401 Unauthorized', [`WWW-Authenticate: Digest realm="r", nonce="${nonce}", stale=true`]);
    }, seen);
    expect(await codeOf(port)).toBe('camera_unauthorized');
    expect(seen.length).toBeLessThan(6);
    expect(seen.map(({ text }) => text).join()).not.toContain('secret');
  });

  it.each([
    ['Basic', 'Basic realm="r"'],
    ['Digest', 'Digest realm="r", nonce="1"'],
  ])(
    'tells a wrong password from an unknown scheme where the second 401 has no challenge: %s',
    async (_, challenge) => {
      const seen: Request[] = [];
      const port = await peer(({ text, cseq }, socket) => {
        const first = !text.includes('Authorization');
        reply(socket, cseq, '401 Unauthorized', first ? [`WWW-Authenticate: ${challenge}`] : []);
      }, seen);
      const error = await start(`rtsp://user:secret@127.0.0.1:${port}/x`).done;
      expect(error).toMatchObject({
        code: 'camera_unauthorized',
        message: 'The camera refused the user name or password',
      });
      expect(seen).toHaveLength(2);
      const none = await peer(({ cseq }, socket) => reply(socket, cseq, '401 Unauthorized'));
      expect((await start(`rtsp://user:secret@127.0.0.1:${none}/x`).done)?.message).toMatch(/not supported/);
    },
  );

  it('does not let addresses of the peer forge header lines', async () => {
    const port = await peer(({ method, cseq, url }, socket) => {
      if (method === 'DESCRIBE') reply(socket, cseq, '200 OK', ['Content-Base: rtsp://h/a b\nX-Forged: 1/'], SDP);
      else camera()({ method, cseq, url, text: '' }, socket);
    });
    expect(await codeOf(port)).toBe('source_protocol_error');
  });

  it('refuses a grant of another transport and an answer without session', async () => {
    const answering = (headers: string[]): Respond => {
      return (request, socket) =>
        request.method === 'SETUP' ? reply(socket, request.cseq, '200 OK', headers) : camera()(request, socket);
    };
    const udp = await peer(answering(['Session: a', 'Transport: RTP/AVP;unicast;client_port=1-2']));
    expect(await codeOf(udp)).toBe('source_protocol_error');
    const none = await peer(answering(['Transport: RTP/AVP/TCP;interleaved=0-1']));
    expect(await codeOf(none)).toBe('source_protocol_error');
  });

  it('ends when the stream turns into garbage', async () => {
    const port = await peer(camera((socket) => socket.write(Buffer.concat([keyframe(1, 1), Buffer.from([0, 1, 2])]))));
    expect(await codeOf(port)).toBe('source_protocol_error');
  });
});

describe('RtspClient over TLS', () => {
  const tlsPin = pinOf(new X509Certificate(SELF_SIGNED.cert).raw);
  const otherPin = pinOf(Buffer.from('another certificate'));

  it('reads a camera whose certificate was accepted, in the TLS connection alone', async () => {
    const seen: Request[] = [];
    const port = await peer(
      camera((socket) => socket.write(keyframe(1, 1))),
      seen,
      true,
    );
    const run = start(`rtsps://127.0.0.1:${port}/x`, { tlsPin, transport: 'udp' });
    await run.until(1);
    expect(seen.map(({ url }) => url.slice(0, 8))).toEqual(seen.map(() => 'rtsps://'));
    expect(seen.find(({ method }) => method === 'SETUP')?.text).toContain('RTP/AVP/TCP');
    run.abort.abort();
    expect(await run.done).toBeUndefined();
  });

  it.each([
    ['nobody vouches for', undefined, /not trusted: it is self-signed$/],
    ['is not the accepted one', otherPin, `not the accepted one: expected ${otherPin}, got ${tlsPin}`],
  ])('sends nothing to a camera whose certificate %s, and tells its pin', async (_, pin, message) => {
    const seen: Request[] = [];
    const port = await peer(camera(), seen, true);
    const error = await start(`rtsps://user:secret@127.0.0.1:${port}/x`, { tlsPin: pin }).done;
    expect(error).toBeInstanceOf(UntrustedCertificateError);
    expect(error).toMatchObject({ code: 'camera_refused', tlsPin, hint: expect.stringContaining(tlsPin) });
    expect(error?.message).toMatch(message);
    expect(seen).toEqual([]);
  });

  it('says where no TLS is spoken', async () => {
    const answering = await listen((socket) => socket.write('RTSP/1.0 400 Bad Request\r\n\r\n'));
    expect(await start(`rtsps://127.0.0.1:${answering}/x`).done).toMatchObject({
      code: 'source_protocol_error',
      hint: expect.stringContaining('use rtsp://'),
    });
  });

  it('takes no password from TLS into the clear by a redirect', async () => {
    const seen: Request[] = [];
    const clear = await peer(
      ({ cseq }, socket) => reply(socket, cseq, '401 Unauthorized', ['WWW-Authenticate: Basic realm="r"']),
      seen,
    );
    const port = await peer(
      (request, socket) =>
        request.method === 'DESCRIBE'
          ? reply(socket, request.cseq, '302 Moved', [`Location: rtsp://127.0.0.1:${clear}/other`])
          : camera()(request, socket),
      [],
      true,
    );
    expect((await start(`rtsps://user:secret@127.0.0.1:${port}/x`, { tlsPin }).done)?.code).toBe('camera_unauthorized');
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.some(({ text }) => text.includes('Authorization'))).toBe(false);
  });
});
