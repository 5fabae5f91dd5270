import { X509Certificate } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { LookoutError } from '@lookout/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { pinOf, UntrustedCertificateError } from '../source/tls-pin.js';
import { SELF_SIGNED } from '../testing/self-signed.js';
import { RtspClient, type RtspClientOptions } from './rtsp-client.js';

/** Against peers that no real server will play for us: hostile, broken, odd. Their bytes are written here, over real sockets. */

interface Request {
  readonly text: string;
  readonly method: string;
  readonly url: string;
  readonly cseq: string;
}
type Respond = (request: Request, socket: Socket) => void;

const SDP =
  'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=x\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track\r\n';
const SPS = [0x67, 1, 2, 3];
const PPS = [0x68, 4, 5];
const IDR = [0x65, 0x88, 9, 9];
const SLICE = [0x41, 0x9a, 7, 7];

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function bindUdp(address: string, port: number) {
  const socket = createSocket('udp4').bind(port, address);
  closers.push(() => socket.close());
  await once(socket, 'listening');
  return socket;
}

async function listen(onSocket: (socket: Socket) => void, tls = false): Promise<number> {
  const accept = (socket: Socket) => {
    socket.on('error', () => {});
    closers.push(() => socket.destroy());
    onSocket(socket);
  };
  const server: Server = tls ? createTlsServer(SELF_SIGNED, accept) : createServer(accept);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A peer that hands each whole request to `respond`; `seen` collects them. */
async function peer(respond: Respond, seen: Request[] = [], tls = false): Promise<number> {
  return listen((socket) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, end);
        text = text.slice(end + 4);
        const start = Math.max(0, head.search(/[A-Z_]+ \S+ RTSP\/1\.0|RTSP\/1\.0 \d/));
        const [method = '', url = ''] = head.slice(start).split(' ');
        const request = { text: head.slice(start), method, url, cseq: /CSeq: (\d+)/.exec(head)?.[1] ?? '' };
        seen.push(request);
        if (!method.startsWith('RTSP/')) respond(request, socket);
      }
    });
  }, tls);
}

const reply = (socket: Socket, cseq: string, status: string, headers: string[] = [], body = '') => {
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  socket.write([`RTSP/1.0 ${status}`, `CSeq: ${cseq}`, ...headers, ...length, '', body].join('\r\n'));
};

/** What a plain camera answers; `onPlay` then streams. */
function camera(onPlay: (socket: Socket) => void = () => {}, session = 'abc'): Respond {
  return ({ method, cseq }, socket) => {
    if (method === 'OPTIONS') reply(socket, cseq, '200 OK', ['Public: DESCRIBE, SETUP, PLAY, GET_PARAMETER']);
    else if (method === 'DESCRIBE') reply(socket, cseq, '200 OK', ['Content-Type: application/sdp'], SDP);
    else if (method === 'SETUP') {
      reply(socket, cseq, '200 OK', [`Session: ${session}`, 'Transport: RTP/AVP/TCP;unicast;interleaved=2-3']);
    } else reply(socket, cseq, '200 OK');
    if (method === 'PLAY') onPlay(socket);
  };
}

function rtp(sequenceNumber: number, timestamp: number, payload: number[], marker = true): Buffer {
  const head = Buffer.alloc(16);
  head.set([0x24, 2, 0, 12 + payload.length, 0x80, (marker ? 0x80 : 0) | 96]);
  head.writeUInt16BE(sequenceNumber, 6);
  head.writeUInt32BE(timestamp, 8);
  return Buffer.concat([head, Buffer.from(payload)]);
}

const keyframe = (sequenceNumber: number, timestamp: number) =>
  Buffer.concat([
    rtp(sequenceNumber, timestamp, SPS, false),
    rtp(sequenceNumber + 1, timestamp, PPS, false),
    rtp(sequenceNumber + 2, timestamp, IDR),
  ]);

function start(url: string, options: RtspClientOptions = {}) {
  const abort = new AbortController();
  const lost: string[] = [];
  let onUnit: (count: number) => void = () => {};
  let units = 0;
  const handlers = {
    onTrack: () => {},
    onAccessUnit: () => onUnit(++units),
    onSenderReport: () => {},
    onBytes: () => {},
    onLost: (reason: string) => lost.push(reason),
  };
  const done = new RtspClient(url, options).run(handlers, abort.signal).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof LookoutError) return error;
      throw error;
    },
  );
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      onUnit = (now) => now >= count && resolve();
    });
  return { abort, done, lost, until };
}

const codeOf = async (port: number, options: RtspClientOptions = {}) =>
  (await start(`rtsp://user:secret@127.0.0.1:${port}/x`, options).done)?.code;

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

describe('RtspClient against odd cameras', () => {
  it('follows redirects a few times, and takes the password along to the same host only', async () => {
    const seen: Request[] = [];
    const needsPassword: Respond = ({ cseq }, socket) =>
      reply(socket, cseq, '401 Unauthorized', ['WWW-Authenticate: Basic realm="r"']);
    const target = await peer(needsPassword, seen);
    const redirectTo = (host: string) =>
      peer((request, socket) =>
        request.method === 'DESCRIBE'
          ? reply(socket, request.cseq, '302 Moved', [`Location: rtsp://${host}:${target}/other`])
          : camera()(request, socket),
      );
    expect(await codeOf(await redirectTo('127.0.0.1'))).toBe('camera_unauthorized');
    expect(seen.some(({ text }) => text.includes('Authorization: Basic'))).toBe(true);
    seen.length = 0;
    expect(await codeOf(await redirectTo('localhost'))).toBe('camera_unauthorized');
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.some(({ text }) => text.includes('Authorization'))).toBe(false);

    let connections = 0;
    const loop: number = await peer((request, socket) => {
      if (request.method !== 'DESCRIBE') return camera()(request, socket);
      connections += 1;
      reply(socket, request.cseq, '301 Moved', [`Location: rtsp://127.0.0.1:${loop}/again`]);
    });
    expect(await codeOf(loop)).toBe('source_protocol_error');
    expect(connections).toBe(4);
  });

  it('follows no redirect to this server', async () => {
    const seen: Request[] = [];
    const own = await peer(camera(), seen);
    const port = await peer(({ method, cseq }, socket) =>
      method === 'DESCRIBE'
        ? reply(socket, cseq, '302 Moved', [`Location: rtsp://2130706433:${own}/feed`])
        : reply(socket, cseq, '200 OK'),
    );
    expect(await codeOf(port, { limits: { ownPorts: [own] } })).toBe('camera_refused');
    expect(seen).toEqual([]);
  });

  it.each([
    ['169.254.169.254', '127.0.0.1'],
    ['localhost', '127.0.0.1'],
    ['127.0.0.2', '127.0.0.2'],
  ])('sends to no address more private than the camera: %s', async (source, sentTo) => {
    const sockets = await Promise.all([bindUdp('127.0.0.1', 0), bindUdp('127.0.0.2', 0)]);
    const received = Promise.race(
      sockets.map(async (socket) => {
        await once(socket, 'message');
        return socket.address().address;
      }),
    );
    const ports = sockets.map((socket) => socket.address().port);
    const serverPort = ports[sentTo === '127.0.0.2' ? 1 : 0];
    const port = await peer((request, socket) => {
      const { method, cseq, text } = request;
      const client = /client_port=(\d+-\d+)/.exec(text)?.[1];
      if (method !== 'SETUP') return camera()(request, socket);
      const transport = `RTP/AVP;unicast;client_port=${client};server_port=${serverPort}-${serverPort};source=${source}`;
      return reply(socket, cseq, '200 OK', ['Session: a', `Transport: ${transport}`]);
    });
    const run = start(`rtsp://127.0.0.1:${port}/x`, { transport: 'udp' });
    expect(await received).toBe(sentTo);
    run.abort.abort();
    await run.done;
  });

  it('answers requests of the camera, and ends with its TEARDOWN', async () => {
    const seen: Request[] = [];
    const port = await peer(
      camera((socket) => {
        socket.write('OPTIONS * RTSP/1.0\r\nCSeq: 41\r\n\r\nFOO x RTSP/1.0\r\nCSeq: 42\r\n\r\n');
        socket.write('TEARDOWN rtsp://x RTSP/1.0\r\nCSeq: 43\r\n\r\n');
      }),
      seen,
    );
    const run = start(`rtsp://127.0.0.1:${port}/x`);
    expect((await run.done)?.code).toBe('camera_closed');
    await expect
      .poll(() => seen.filter(({ method }) => method === 'RTSP/1.0').map(({ text }) => text.slice(9, 12)))
      .toEqual(['200', '501', '200']);
  });

  it('keeps the session alive in half its time, and says goodbye when aborted', async () => {
    const seen: Request[] = [];
    const port = await peer(
      camera((socket) => socket.write(keyframe(1, 1)), 'xyz;timeout=2'),
      seen,
    );
    const run = start(`rtsp://127.0.0.1:${port}/x`);
    await expect.poll(() => seen.some(({ method }) => method === 'GET_PARAMETER'), { timeout: 4000 }).toBe(true);
    run.abort.abort();
    expect(await run.done).toBeUndefined();
    expect(seen.at(-1)).toMatchObject({ method: 'TEARDOWN' });
    expect(seen.at(-1)?.text).toContain('Session: xyz');
  });

  it('delivers the last picture without waiting for another, and tells of losses', async () => {
    const port = await peer(
      camera((socket) => {
        // Numbers 5 and 6 are missing: the picture at 3 can not be shown, nor the one after, before the next keyframe.
        const pictures = [keyframe(1, 1), rtp(4, 2, SLICE), rtp(7, 4, SLICE), keyframe(8, 5)];
        socket.write(Buffer.concat(pictures));
      }),
    );
    const run = start(`rtsp://127.0.0.1:${port}/x`);
    await run.until(3);
    expect(run.lost).toEqual(['2 packets lost']);
    run.abort.abort();
    expect(await run.done).toBeUndefined();
  });

  it.each([
    ['a base of another host', 'rtsp://10.0.0.9/inside/', '/x/track'],
    ['a control that it does not know itself', '', '/x'],
    ['a scheme put twice', 'rtsp://rtsp://127.0.0.1/twice/', '/twice/track'],
  ])('finds the track of cameras that give %s, and plays there', async (_, contentBase, known) => {
    const seen: Request[] = [];
    const port: number = await peer((request, socket) => {
      const { method, cseq, url } = request;
      if (method === 'DESCRIBE') reply(socket, cseq, '200 OK', [`Content-Base: ${contentBase}`], SDP);
      else if (method === 'SETUP' && !new RegExp(`//127.0.0.1(:\\d+)?${known}$`).test(url))
        reply(socket, cseq, '404 No');
      else camera((to) => to.write(keyframe(1, 1)))(request, socket);
    }, seen);
    const run = start(`rtsp://127.0.0.1:${port}/x`);
    await run.until(1);
    expect(seen.filter(({ method }) => method === 'SETUP').length).toBeLessThanOrEqual(2);
    expect(seen.find(({ method }) => method === 'PLAY')?.url).toMatch(/^rtsp:\/\/127\.0\.0\.1(:\d+)?\/(x|twice\/)$/);
    run.abort.abort();
    await run.done;
  });

  it('finds the track of cameras that want the control before the query', async () => {
    const seen: Request[] = [];
    const port = await peer((request, socket) => {
      const wrong = request.method === 'SETUP' && !request.url.endsWith('/x/track?channel=1');
      if (wrong) reply(socket, request.cseq, '404 Not Found');
      else camera((to) => to.write(keyframe(1, 1)))(request, socket);
    }, seen);
    const run = start(`rtsp://127.0.0.1:${port}/x?channel=1`);
    await run.until(1);
    expect(seen.filter(({ method }) => method === 'SETUP').map(({ url }) => url.replace(/.*\/x/, ''))).toEqual([
      '?channel=1/track',
      '/track?channel=1',
    ]);
    run.abort.abort();
    await run.done;
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
