import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  AVC_CONFIG,
  avcTag,
  clientCommand,
  clientHandshake,
  nalUnit,
  obsCommands,
  obsMedia,
  obsSession,
} from '../testing/rtmp-publisher-bytes.js';
import { writeAmf0 } from './amf0.js';
import { MESSAGE } from './message.js';
import {
  RtmpConnection,
  type RtmpConnectionEnd,
  type RtmpConnectionOptions,
  type RtmpPublication,
} from './rtmp-connection.js';

/** A socket whose peer is the test. */
class FakeSocket extends Duplex {
  readonly remoteAddress = '192.0.2.7';
  /** What the server wrote. */
  written = '';
  /** The peer reads nothing: writes stay in the buffer. */
  stuck = false;

  setNoDelay(): this {
    return this;
  }

  override _read(): void {}

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.written += bytes.toString('latin1');
    if (!this.stuck) done();
  }
}

const TIMEOUTS = { publishTimeoutMs: 10_000, idleTimeoutMs: 15_000, videoTimeoutMs: 60_000, lingerMs: 1000 };

/** Lets streams deliver what was pushed. */
const settle = async () => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise<void>((resolve) => process.nextTick(resolve));
};

function connect(options: Partial<RtmpConnectionOptions> = {}) {
  const socket = new FakeSocket();
  const ends: RtmpConnectionEnd[] = [];
  const seen: string[] = [];
  const publications: RtmpPublication[] = [];
  const connection = new RtmpConnection(socket as unknown as Socket, {
    ...TIMEOUTS,
    authorize: (key) => (key === 'KEY' ? { accepted: true } : { accepted: false, reason: 'The key is wrong' }),
    onPublish: (publication) => {
      publications.push(publication);
      return {
        onPacket: ({ dtsMs }) => seen.push(`packet ${dtsMs}`),
        onMetadata: ({ width }) => seen.push(`metadata ${width}`),
        onEnd: ({ reason }) => seen.push(`end ${reason}`),
      };
    },
    onEnd: (end) => ends.push(end),
    ...options,
  });
  const push = async (bytes: Buffer) => {
    socket.push(bytes);
    await settle();
  };
  return { socket, connection, ends, seen, publications, push };
}

const PUBLISHING = Buffer.concat([clientHandshake(), obsCommands('KEY')]);
const AUDIO = obsMedia(MESSAGE.audio, Buffer.alloc(3), 0, true);

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

describe('RtmpConnection', () => {
  it('hands an accepted publisher over', async () => {
    const { push, seen, ends, publications } = connect();
    await push(obsSession('KEY', 2));
    expect(publications[0]).toMatchObject({
      key: 'KEY',
      address: '192.0.2.7',
      agent: 'FMLE/3.0 (compatible; FMSc/1.0)',
    });
    expect(seen).toEqual(['metadata 16', 'packet 0', 'packet 40', 'end unpublished']);
    expect(ends).toEqual([
      {
        reason: 'unpublished',
        message: 'The publisher stopped',
        address: '192.0.2.7',
        receivedBytes: obsSession('KEY', 2).length,
      },
    ]);
  });

  it('lets a publisher that has stopped close the connection first, for a while', async () => {
    const { push, socket, connection } = connect();
    await push(obsSession('KEY', 2));
    expect([socket.writableEnded, socket.destroyed]).toEqual([false, false]);
    vi.advanceTimersByTime(TIMEOUTS.lingerMs);
    await connection.closed;
  });

  it('does not read while the key is being checked', async () => {
    let decide = (_answer: { accepted: true }) => {};
    const authorize = () => new Promise<{ accepted: true }>((resolve) => (decide = resolve));
    const { push, socket, seen } = connect({ authorize });
    await push(PUBLISHING);
    expect(socket.isPaused()).toBe(true);
    expect(socket.written).not.toContain('NetStream');
    decide({ accepted: true });
    await settle();
    expect(socket.isPaused()).toBe(false);
    expect(socket.written).toContain('NetStream.Publish.Start');
    expect(seen).toEqual([]);
  });

  it('closes after a refusal, once the client has had time to read it', async () => {
    const { push, socket, ends, connection } = connect();
    await push(Buffer.concat([clientHandshake(), obsCommands('SECRET')]));
    expect(socket.written).toContain('NetStream.Publish.BadName');
    expect(ends).toMatchObject([{ reason: 'refused', message: 'The key is wrong' }]);
    expect(JSON.stringify(ends)).not.toContain('SECRET');
    await push(Buffer.alloc(100_000)); // read and dropped, so that no reset deletes the answer
    expect(socket.destroyed).toBe(false);
    vi.advanceTimersByTime(TIMEOUTS.lingerMs);
    await connection.closed;
    expect(ends).toHaveLength(1);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a part of the handshake', clientHandshake().subarray(0, 100)],
    ['commands but no publish', Buffer.concat([clientHandshake(), clientCommand(['connect', 1, { app: 'live' }])])],
  ])('gives up on a client that sends %s', async (_name, bytes) => {
    const { push, ends } = connect();
    await push(bytes);
    vi.advanceTimersByTime(9000);
    await push(Buffer.alloc(0));
    vi.advanceTimersByTime(1000);
    expect(ends).toMatchObject([{ reason: 'publish_timeout' }]);
  });

  it('gives up on a key that is never decided', async () => {
    const { push, ends, publications } = connect({ authorize: () => new Promise(() => {}) });
    await push(PUBLISHING);
    vi.advanceTimersByTime(10_000);
    expect(ends).toMatchObject([{ reason: 'publish_timeout' }]);
    expect(publications).toEqual([]);
  });

  it('gives up on a publisher that falls silent, and only then', async () => {
    const { push, ends } = connect();
    await push(PUBLISHING);
    for (let round = 0; round < 3; round += 1) {
      vi.advanceTimersByTime(14_000);
      await push(AUDIO);
    }
    expect(ends).toEqual([]);
    vi.advanceTimersByTime(15_000);
    expect(ends).toMatchObject([{ reason: 'idle_timeout' }]);
  });

  it('gives up on a publisher of endless metadata, and keeps none of it', async () => {
    const { push, ends, seen, socket } = connect();
    await push(PUBLISHING);
    const metadata = writeAmf0(['@setDataFrame', 'onMetaData', { width: 640, encoder: 'x'.repeat(60_000) }]);
    const flood = obsMedia(MESSAGE.dataAmf0, metadata, 0);
    for (let round = 0; round < 6; round += 1) {
      vi.advanceTimersByTime(9999);
      await push(flood);
    }
    expect(ends).toEqual([]);
    vi.advanceTimersByTime(6);
    expect(ends).toMatchObject([{ reason: 'no_video', message: 'No video arrived from the publisher for 60000 ms' }]);
    expect(seen).toEqual([...Array(6).fill('metadata 640'), 'end no_video']);
    // The publisher is told.
    expect(socket.written).toContain('No video arrived');
    await push(flood);
    expect(seen.length).toBe(7);
  });

  it('keeps a publisher whose pictures are far apart', async () => {
    const { push, ends } = connect();
    await push(PUBLISHING);
    await push(obsMedia(MESSAGE.video, avcTag('config', AVC_CONFIG), 0));
    for (let round = 0; round < 20; round += 1) {
      vi.advanceTimersByTime(12_000);
      await push(round % 4 === 0 ? obsMedia(MESSAGE.video, avcTag('key', nalUnit(5, 100)), 12_000) : AUDIO);
    }
    expect(ends).toEqual([]);
  });

  it('never hands over a publisher that left while its key was checked', async () => {
    let decide = (_answer: { accepted: true }) => {};
    const authorize = () => new Promise<{ accepted: true }>((resolve) => (decide = resolve));
    const { push, socket, publications, ends } = connect({ authorize });
    await push(PUBLISHING);
    socket.destroy();
    await settle();
    decide({ accepted: true });
    await settle();
    expect(publications).toEqual([]);
    expect(ends).toMatchObject([{ reason: 'connection_lost' }]);
  });

  it('ends a publication when its receiver closes it, also at once', async () => {
    const { push, publications, seen, socket } = connect();
    await push(PUBLISHING);
    publications[0]?.close('The camera was removed');
    expect(seen).toEqual(['end closed']);
    expect(socket.written).toContain('The camera was removed');

    const ended = vi.fn();
    const another = connect({
      onPublish: (publication) => {
        publication.close('Someone else publishes to this key');
        return { onPacket: () => expect.fail('a packet after the end'), onEnd: ended };
      },
    });
    await another.push(obsSession('KEY', 2));
    expect(another.ends).toMatchObject([{ reason: 'closed' }]);
    expect(ended).toHaveBeenCalledOnce();
    expect(another.socket.written).not.toContain('Publish.Start');
  });

  it.each<[string, (socket: FakeSocket) => void, string]>([
    ['closes its side', (socket) => socket.push(null), 'disconnected'],
    [
      'resets',
      (socket) => socket.destroy(Object.assign(new Error('reset'), { code: 'ECONNRESET' })),
      'connection_lost',
    ],
  ])('ends when the client %s', async (_name, leave, reason) => {
    const { push, socket, ends, seen, connection } = connect();
    await push(PUBLISHING);
    leave(socket);
    await settle();
    expect(seen).toEqual([`end ${reason}`]);
    expect(ends).toMatchObject([{ reason }]);
    socket.destroy();
    await connection.closed;
    expect(ends).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends for a client that asks without reading the answers', async () => {
    const { push, socket, ends } = connect();
    socket.stuck = true;
    const question = clientCommand(['releaseStream', 1, null, 'x']);
    await push(Buffer.concat([clientHandshake(), clientCommand(['connect', 1, { app: 'live' }])]));
    for (let round = 0; round < 30; round += 1) await push(Buffer.concat(Array<Buffer>(200).fill(question)));
    expect(ends).toMatchObject([{ reason: 'limit_exceeded' }]);
    expect(socket.writableLength).toBeLessThan(70_000);
  });

  it.each<[string, Partial<RtmpConnectionOptions>]>([
    [
      'authorize throws',
      {
        authorize: () => {
          throw new Error('database');
        },
      },
    ],
    ['authorize rejects', { authorize: () => Promise.reject(new Error('database')) }],
    [
      'onPublish throws',
      {
        onPublish: () => {
          throw new Error('database');
        },
      },
    ],
    [
      'a sink throws',
      {
        onPublish: () => ({
          onPacket: () => {
            throw new Error('database');
          },
          onEnd: () => {},
        }),
      },
    ],
  ])('ends only itself if %s, and logs details that the client does not see', async (_name, options) => {
    const { push, ends, socket } = connect(options);
    await push(obsSession('KEY', 2));
    expect(ends).toMatchObject([{ reason: 'internal_error', message: 'The server failed: database' }]);
    expect(socket.written).toContain('The server failed');
    expect(socket.written).not.toContain('database');
  });

  it('warns if a listener for the end fails', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const onEnd = vi.fn();
    const onPublish = () => ({
      onPacket: () => {},
      onEnd: () => {
        throw new Error('full disk');
      },
    });
    const { push } = connect({ onPublish, onEnd });
    await push(obsSession('KEY', 1));
    expect(onEnd).toHaveBeenCalledOnce();
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('full disk'));
    warned.mockRestore();
  });

  it('ends for bytes that are not RTMP, without answering', async () => {
    const { push, ends, socket } = connect();
    await push(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    expect(ends).toMatchObject([{ reason: 'not_rtmp' }]);
    expect(socket.written).toBe('');
  });

  it('tells a publisher why its stream cannot be taken', async () => {
    const { push, seen, socket } = connect();
    await push(
      Buffer.concat([PUBLISHING, obsMedia(MESSAGE.video, avcTag('key', Buffer.alloc(1)).fill(0x22, 0, 1), 0)]),
    );
    expect(seen).toEqual(['end unsupported_codec']);
    expect(socket.written).toContain('NetStream.Publish.Rejected');
  });
});
