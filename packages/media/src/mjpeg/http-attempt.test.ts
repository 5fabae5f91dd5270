import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Attempt } from '../source/source.js';
import { pinOf, UntrustedCertificateError } from '../source/tls-pin.js';
import type { Esp32Faults } from '../testing/esp32-camera.js';
import { closeAll, closers, JPEGS, read, same, startCamera, startRaw, until } from '../testing/http-attempts.js';
import { startTlsRelay } from '../testing/relay.js';
import { SELF_SIGNED } from '../testing/self-signed.js';
import { syntheticJpeg } from '../testing/synthetic-jpeg.js';
import { HttpAttempt } from './http-attempt.js';

afterEach(closeAll);

describe('HttpAttempt', () => {
  it("reads an ESP32-CAM's stream", async () => {
    const camera = await startCamera();
    const { frames, infos, invalid, bytes } = await read(camera.url, 8);
    expect(frames.every((frame) => same(frame))).toBe(true);
    expect(frames.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(infos).toEqual([{ transport: 'mjpeg', codec: 'mjpeg', width: 320, height: 240, fps: null }]);
    expect(invalid).toEqual([]);
    expect(bytes).toBeGreaterThan(8 * 3000);
    for (const { timestampMs, receivedMs } of frames) expect(receivedMs).toBeGreaterThanOrEqual(timestampMs);
  });

  it('reports a change of resolution, and goes on', async () => {
    const camera = await startCamera({}, { fps: 0 });
    const large = syntheticJpeg({ width: 1600, height: 1200, bytes: 90_000 });
    const reading = read(camera.url, 2);
    await until(() => camera.clientCount === 1);
    camera.capture();
    camera.setJpegs([large]);
    await until(() => camera.stats.sent === 1);
    // The first one must have left the socket, or the second would be skipped as on the chip.
    while (camera.stats.sent < 2) {
      camera.capture();
      await new Promise(setImmediate);
    }
    const { infos, frames } = await reading;
    expect(infos.map(({ width, height }) => [width, height])).toEqual([
      [320, 240],
      [1600, 1200],
    ]);
    expect(same(frames[1], [large])).toBe(true);
  });

  it.each<[string, Esp32Faults]>([
    ['no lengths', { noLength: true }],
    ['lengths too long', { lengthError: 300 }],
    ['lengths too short', { lengthError: -300 }],
    ['no delimiters', { noBoundary: true }],
    ['no first delimiter', { noFirstBoundary: true }],
  ])('reads a stream with %s', async (_name, faults) => {
    const camera = await startCamera(faults);
    const { frames, invalid } = await read(camera.url, 6);
    expect(frames.every((frame) => same(frame))).toBe(true);
    expect(invalid).toEqual([]);
  });

  it.each<[string, Esp32Faults, string]>([
    ['cut short', { corruptEvery: 3 }, 'frame_invalid'],
    ['no JPEG', { garbageEvery: 3 }, 'frame_invalid'],
    ['too large', { oversizeEvery: 3, oversizeBytes: 300_000 }, 'frame_too_large'],
  ])('counts pictures that are %s, and goes on', async (_name, faults, code) => {
    const camera = await startCamera(faults);
    const { frames, invalid } = await read(camera.url, 8, { maxFrameBytes: 100_000 });
    expect(frames.every((frame) => same(frame))).toBe(true);
    expect(invalid.length).toBeGreaterThanOrEqual(2);
    expect(new Set(invalid.map((error) => error.code))).toEqual(new Set([code]));
  });

  it.each(['basic', 'digest'] as const)('answers %s authentication', async (scheme) => {
    const camera = await startCamera({ auth: { scheme, username: 'ad min', password: 'p@ss/wörd' } });
    const url = camera.url.replace('//', `//ad%20min:${encodeURIComponent('p@ss/wörd')}@`);
    expect((await read(url, 2)).frames).toHaveLength(2);
  });

  it.each([
    ['MD5-sess', true],
    ['SHA-256', true],
    ['MD5', false],
  ] as const)('answers digest with %s, qop: %s', async (algorithm, qop) => {
    const camera = await startCamera({ auth: { scheme: 'digest', username: 'u', password: 'p', algorithm, qop } });
    expect((await read(camera.url.replace('//', '//u:p@'), 2)).frames).toHaveLength(2);
  });

  it.each([
    ['without credentials', ''],
    ['with wrong ones', 'u:secret@'],
  ])('says so when the camera refuses it %s, asks no more than twice', async (_name, userinfo) => {
    const camera = await startCamera({ auth: { scheme: 'digest', username: 'u', password: 'other' } });
    const { error } = await read(camera.url.replace('//', `//${userinfo}`));
    expect(error?.code).toBe('camera_unauthorized');
    expect(JSON.stringify([error?.message, error?.hint])).not.toContain('secret');
    expect(camera.stats.requests).toBeLessThanOrEqual(2);
  });

  it('follows a redirect, and gives the credentials to no other machine', async () => {
    const target = await startCamera();
    const camera = await startCamera({ redirectTo: target.url });
    expect((await read(camera.url, 2)).frames).toHaveLength(2);

    const headers: http.IncomingHttpHeaders[] = [];
    const stranger = http.createServer((request, response) => {
      headers.push(request.headers);
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    });
    stranger.listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    closers.push(() => new Promise((resolve) => stranger.close(resolve)));
    camera.faults = {
      redirectTo: `http://127.0.0.1:${(stranger.address() as net.AddressInfo).port}/`,
      auth: { scheme: 'basic', username: 'u', password: 'p' },
    };
    const { error } = await read(camera.url.replace('//', '//u:p@'));
    expect(error?.code).toBe('camera_unauthorized');
    expect(headers).toHaveLength(1);
    expect(headers[0]?.authorization).toBeUndefined();
  });

  it.each([
    ['to itself for ever', '/stream'],
    ['to a file', 'file:///etc/passwd'],
    ['to another scheme', 'rtsp://127.0.0.1/'],
    ['to nonsense', 'http://['],
  ])('does not follow a redirect %s', async (_name, redirectTo) => {
    const camera = await startCamera({ redirectTo });
    expect((await read(camera.url)).error?.code).toBe('source_protocol_error');
    expect(camera.stats.requests).toBeLessThanOrEqual(6);
  });

  describe('cameras that fail', () => {
    const short = { connectTimeoutMs: 400, headersTimeoutMs: 400, firstFrameTimeoutMs: 400, stallTimeoutMs: 300 };

    it.each<[string, Esp32Faults, string, number]>([
      ['drops the connection within a picture', { cutAfterFrames: 3 }, 'camera_closed', 3],
      ['goes silent', { stallAfterFrames: 3 }, 'camera_stalled', 3],
      ['sends headers and then nothing', { stallAfterFrames: 0 }, 'camera_stalled', 0],
      ['sends a byte now and then', { dripMs: 50 }, 'camera_stalled', 0],
      ['takes the request and is mute', { mute: true }, 'camera_unreachable', 0],
      ['sends endless headers', { endlessHeader: true }, 'source_protocol_error', 0],
      ['sends only broken pictures', { corruptEvery: 1 }, 'camera_unsupported', 0],
      ['forbids it', { status: 403 }, 'camera_refused', 0],
      ['has nothing there', { status: 404 }, 'camera_not_found', 0],
      ['is busy', { status: 503 }, 'camera_refused', 0],
      ['has an error', { status: 500 }, 'camera_refused', 0],
      ['has no content', { status: 204 }, 'camera_refused', 0],
    ])('%s', async (_name, faults, code, frameCount) => {
      const camera = await startCamera(faults);
      const { error, frames } = await read(camera.url, undefined, short);
      expect(error?.code).toBe(code);
      expect(frames).toHaveLength(frameCount);
    });

    it('serves one viewer at a time, and another has the place', async () => {
      const camera = await startCamera({}, { singleClient: true });
      const first = read(camera.url, 50);
      await until(() => camera.clientCount === 1);
      const { error } = await read(camera.url);
      expect(error?.code).toBe('camera_refused');
      expect(error?.hint).toContain('one viewer at a time');
      await first;
    });

    it('is not there', async () => {
      const camera = await startCamera();
      const { url } = camera;
      await camera.close();
      expect((await read(url)).error?.code).toBe('camera_unreachable');
    });

    it("is ESP32-CAM's page: the hint has the stream's address", async () => {
      const camera = await startCamera({}, { fps: 0 });
      const { error } = await read(`${camera.origin}/`);
      expect(error?.code).toBe('camera_unsupported');
      expect(error?.hint).toBe('This looks like the ESP32-CAM page; its stream is at http://127.0.0.1:81/stream');
    });

    it.each([
      [
        'a page without a type',
        'HTTP/1.0 200 OK\r\n\r\n<!DOCTYPE html><title>MJPG-Streamer</title>',
        'camera_unsupported',
      ],
      [
        'an endless page',
        `HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n${'<p>'.repeat(50_000)}`,
        'camera_unsupported',
      ],
      ['a picture that is no JPEG', 'HTTP/1.0 200 OK\r\nContent-Type: image/png\r\n\r\n', 'camera_unsupported'],
      ['JSON', 'HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{}', 'camera_unsupported'],
      [
        'an empty answer',
        'HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=b\r\n\r\n',
        'source_protocol_error',
      ],
      ['text', `HTTP/1.0 200 OK\r\n\r\n${'nothing here '.repeat(200_000)}`, 'source_protocol_error'],
      ['no HTTP', 'SSH-2.0-OpenSSH_9.2p1\r\n', 'source_protocol_error'],
      [
        'H.264 in parts (chunked on HTTP/1.0)',
        'HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=data-boundary--\r\nTransfer-Encoding: chunked\r\n' +
          '\r\n47\r\n--data-boundary--\r\nContent-Type: video/x-h264\r\nContent-Length: 100\r\n\r\n\r\n',
        'camera_unsupported',
      ],
    ])('%s', async (_name, answer, code) => {
      expect((await read(await startRaw(answer), undefined, short)).error?.code).toBe(code);
    });
  });

  it.each([
    [
      'lines with LF only',
      (body: Buffer) => ['HTTP/1.0 200 OK\nContent-Type: multipart/x-mixed-replace;boundary=b\n\n', body],
    ],
    ['no type', (body: Buffer) => ['HTTP/1.0 200 OK\r\n\r\n', body]],
    ['a length that is much too long', (body: Buffer) => ['HTTP/1.0 200 OK\r\nContent-Length: 9999999\r\n\r\n', body]],
    [
      'chunks on HTTP/1.0',
      (body: Buffer) => [
        `HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n`,
        body,
        '\r\n',
      ],
    ],
    [
      'chunks and a length',
      (body: Buffer) => [
        `HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n`,
        body,
        '\r\n',
      ],
    ],
  ])('reads every whole picture from an answer with %s, however it ends', async (_name, answer) => {
    const body = Buffer.concat(JPEGS.flatMap((jpeg) => [Buffer.from('--b\r\nContent-Type: image/jpeg\r\n\r\n'), jpeg]));
    const response = Buffer.concat(answer(body).map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
    const { frames, error } = await read(await startRaw(response));
    expect(frames.map((frame) => frame.kind === 'jpeg' && Buffer.from(frame.jpeg))).toEqual(
      JPEGS.map((j) => Buffer.from(j)),
    );
    expect(error?.code).toBe('camera_closed');
  });

  it.each([
    ['a playlist by its type', 'Content-Type: application/vnd.apple.mpegurl\r\n\r\n#EXTM3U\n'],
    ['a playlist by its content', 'Content-Type: text/plain\r\n\r\n#EXTM3U\n'],
    ['a video stream', 'Content-Type: video/mp4\r\n\r\nxxxx'],
    ['a video file', 'Content-Type: video/mp4\r\nContent-Length: 4\r\n\r\nxxxx', true],
    ['FLV', 'Content-Type: application/octet-stream\r\n\r\nFLV\x01\x05'],
  ] as [string, string, boolean?][])('hands %s over', async (_name, answer, knownLength = false) => {
    const url = await startRaw(`HTTP/1.1 200 OK\r\nConnection: close\r\n${answer}`);
    const handed: unknown[] = [];
    const handOver = (address: string, media: { knownLength: boolean }): Attempt => ({
      run: async () => {
        handed.push(address, media);
      },
    });
    expect((await read(url, undefined, { handOver })).error).toBeUndefined();
    expect(handed).toEqual([
      url,
      { knownLength, limits: { mostPrivate: 'machine', ownPorts: [], ownHostOnly: false } },
    ]);
  });

  it('connects to no address that is not allowed, by name or by number', async () => {
    const camera = await startCamera();
    const limits = { mostPrivate: 'private' } as const;
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]'])
      expect((await read(`http://${host}:${camera.port}/stream`, 1, { limits })).error?.code).toBe('camera_refused');
    expect(camera.stats.requests).toBe(0);
  });

  it('follows a redirect to another address of this machine, but not to this server', async () => {
    const camera = await startCamera();
    const redirecting = await startRaw(`HTTP/1.1 302 Found\r\nLocation: ${camera.url}\r\n\r\n`);
    expect((await read(redirecting, 1)).error).toBeUndefined();
    const requests = camera.stats.requests;
    const { error } = await read(redirecting, 1, { limits: { ownPorts: [camera.port] } });
    expect(error).toMatchObject({ code: 'camera_refused', message: expect.stringContaining('more private') });
    expect(camera.stats.requests).toBe(requests);
  });

  it('ends at once when told to, at every stage', async () => {
    const camera = await startCamera({}, { fps: 0 });
    const muted = await startCamera({ mute: true });
    for (const url of [camera.url, muted.url, `${camera.origin}/capture`]) {
      const stop = new AbortController();
      const events = { onFrame: () => {}, onInfo: () => {}, onInvalid: () => {}, onBytes: () => {} };
      const running = new HttpAttempt({ url }).run(events, stop.signal);
      await new Promise((resolve) => setTimeout(resolve, 30));
      stop.abort();
      await running;
    }
    await until(() => camera.clientCount === 0);
  });
});

describe('an HTTPS camera with a certificate of its own', () => {
  const tlsPin = pinOf(new X509Certificate(SELF_SIGNED.cert).raw);
  const otherPin = pinOf(Buffer.from('another certificate'));

  async function startTlsCamera() {
    const camera = await startCamera({ auth: { scheme: 'basic', username: 'me', password: 'secret' } });
    const relay = await startTlsRelay(Number(new URL(camera.url).port));
    closers.unshift(() => relay.close());
    return { camera, url: `https://me:secret@127.0.0.1:${relay.port}/stream` };
  }

  it('is read once its certificate is accepted', async () => {
    const { url } = await startTlsCamera();
    const { frames, error } = await read(url, 3, { tlsPin });
    expect(error).toBeUndefined();
    expect(frames.every((frame) => same(frame))).toBe(true);
  });

  it.each([
    ['nobody vouches for', undefined, /not trusted: it is self-signed$/],
    ['was exchanged', otherPin, `expected ${otherPin}, got ${tlsPin}`],
  ])('gets no request while its certificate %s, and the pin is told', async (_, pin, message) => {
    const { camera, url } = await startTlsCamera();
    const { error } = await read(url, 1, { tlsPin: pin });
    expect(error).toBeInstanceOf(UntrustedCertificateError);
    expect(error).toMatchObject({ code: 'camera_refused', tlsPin, hint: expect.stringContaining(tlsPin) });
    expect(error?.message).toMatch(message);
    expect(error?.hint).not.toContain('NODE_EXTRA_CA_CERTS');
    expect(camera.stats.requests).toBe(0);
  });
});
