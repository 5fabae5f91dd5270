/** Cameras over HTTP that send without end: each is ended at a bound, and what it sent says how early. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { listen, watch, withServer } from '../testing/watch-capture.js';

const MB = 1024 * 1024;

/** Writes the same bytes until nobody takes them. @returns how many that were. */
async function pour(to: Writable, bytes: Buffer): Promise<number> {
  const block = Buffer.concat(Array.from({ length: Math.ceil(MB / bytes.length) }, () => bytes));
  const closed = once(to, 'close').catch(() => undefined);
  let count = 0;
  while (!to.destroyed) {
    count += block.length;
    if (!to.write(block)) await Promise.race([once(to, 'drain').catch(() => undefined), closed]);
  }
  return count;
}

/** @param answers by path: a type, how it begins, and what follows without end. */
async function watchPouring(path: string, answers: Record<string, [type: string, begin: Buffer, then?: Buffer]>) {
  const pours: Promise<number>[] = [];
  const answer = (url: string, response: ServerResponse) => {
    const [type, begin, then] = answers[url] ?? ['text/plain', Buffer.alloc(0)];
    response.writeHead(200, { 'Content-Type': type }).write(begin);
    if (then === undefined) response.end();
    else pours.push(pour(response, then));
  };
  let seen: Awaited<ReturnType<typeof watch>> | undefined;
  await withServer(
    createServer((request, response) => answer(request.url!, response)),
    async (origin) => {
      seen = await watch({ url: `http://${origin}${path}` });
    },
  );
  const poured = (await Promise.all(pours)).reduce((sum, count) => sum + count, 0);
  return { error: seen!.error, frames: seen!.frames, poured };
}

const LIST = 'application/vnd.apple.mpegurl';
const text = (...lines: string[]) => Buffer.from(lines.map((line) => `${line}\n`).join(''));
const flvTag = (type: number, bytes: number) => {
  const tag = Buffer.alloc(11 + bytes + 4);
  tag[0] = type;
  tag.writeUIntBE(bytes, 1, 3);
  tag.writeUInt32BE(11 + bytes, 11 + bytes);
  return tag;
};
const FLV_HEADER = Buffer.from('464c5601050000000900000000', 'hex');
const nullPacket = Buffer.concat([Buffer.from('471fff10', 'hex'), Buffer.alloc(184, 0xff)]);
const box = (type: string, size: number) => {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(size, 0);
  header.write(type, 4, 'latin1');
  return header;
};

it.each<[string, Record<string, [string, Buffer, Buffer?]>]>([
  ['a playlist', { '/x.m3u8': [LIST, text('#EXTM3U', '#EXT-X-TARGETDURATION:1'), text('#EXTINF:1,', 'seg.ts')] }],
  ['a playlist of one line', { '/x.m3u8': [LIST, text('#EXTM3U'), Buffer.from('a')] }],
  ['a playlist of comments', { '/x.m3u8': [LIST, text('#EXTM3U'), text('# nothing')] }],
  ['a master playlist', { '/x.m3u8': [LIST, text('#EXTM3U'), text('#EXT-X-STREAM-INF:BANDWIDTH=1', 'a.m3u8')] }],
  [
    'the playlist of a variant',
    {
      '/x.m3u8': [LIST, text('#EXTM3U', '#EXT-X-STREAM-INF:BANDWIDTH=1', 'a.m3u8')],
      '/a.m3u8': [LIST, text('#EXTM3U'), text('#EXTINF:1,', 'seg.ts')],
    },
  ],
  [
    'a key',
    {
      '/x.m3u8': [LIST, text('#EXTM3U', '#EXT-X-KEY:METHOD=AES-128,URI="k"', 'a', 'b', 'c', '#EXT-X-ENDLIST')],
      '/k': ['text/plain', Buffer.from('0'), Buffer.from('0')],
    },
  ],
])('reads no more than a bound of %s without end', async (_, answers) => {
  const { error, frames, poured } = await watchPouring('/x.m3u8', answers);
  expect(error).toMatchObject({
    code: 'source_protocol_error',
    message: expect.stringMatching(/longer than \d+ bytes/),
  });
  expect(frames).toEqual([]);
  // One or three tries, and what the kernel holds of each.
  expect(poured).toBeLessThan(24 * MB);
});

it.each<[string, Buffer, Buffer]>([
  ['FLV tags without meaning', FLV_HEADER, flvTag(18, 1000)],
  ['sound without video', FLV_HEADER, Buffer.concat([flvTag(8, 500), flvTag(9, 0)])],
  [
    'an index of MP4',
    Buffer.concat([box('ftyp', 16), Buffer.from('isom\0\0\0\0isom'), box('moov', 0xffffffff)]),
    box('free', 8),
  ],
  [
    'zeros behind a header of Matroska',
    Buffer.from('1a45dfa3a34286810142f7810142f2810442f381084282847765626d42878104', 'hex'),
    Buffer.alloc(1000),
  ],
])('ends a capture of %s', async (_, begin, then) => {
  const { error, frames, poured } = await watchPouring('/x', { '/x': ['video/mp4', begin, then] });
  expect(frames).toEqual([]);
  expect(['camera_unsupported', 'source_protocol_error', 'camera_unreachable']).toContain(error?.code);
  expect(poured).toBeLessThan(80 * MB);
});

it('says so when megabytes came without a picture', async () => {
  const begin = Buffer.concat([nullPacket, nullPacket]);
  const { error } = await watchPouring('/x', { '/x': ['video/mp2t', begin, nullPacket] });
  expect(error).toMatchObject({ code: 'camera_unsupported', message: 'The camera sent 64 MB that contain no picture' });
});

it('reads no more than a bound of headers without end', async () => {
  let poured: Promise<number> | undefined;
  const server = createTcpServer((socket: Socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    poured = pour(socket, Buffer.from('X-Header: value\r\n'));
  });
  await withServer(server, async (origin) => {
    const { error } = await watch({ url: `http://${origin}/x.m3u8` });
    expect(error).toMatchObject({ code: 'source_protocol_error' });
  });
  expect(await poured).toBeLessThan(16 * MB);
});

it('does not follow playlists that lead to each other', async () => {
  const list = text('#EXTM3U', '#EXT-X-STREAM-INF:BANDWIDTH=1', 'x.m3u8');
  const { error } = await watchPouring('/x.m3u8', { '/x.m3u8': [LIST, list] });
  expect(error).toMatchObject({ code: 'source_protocol_error', message: expect.stringContaining('without segments') });
});

it.each([
  ['a segment', (own: string) => text('#EXTM3U', own, '#EXT-X-ENDLIST')],
  ['a key', (own: string) => text('#EXTM3U', `#EXT-X-KEY:METHOD=AES-128,URI="${own}"`, 'a', '#EXT-X-ENDLIST')],
  ['a header', (own: string) => text('#EXTM3U', `#EXT-X-MAP:URI="${own}"`, 'a', '#EXT-X-ENDLIST')],
  ['a variant', (own: string) => text('#EXTM3U', '#EXT-X-STREAM-INF:BANDWIDTH=1', own)],
])('asks this server for nothing that a playlist names: %s', async (_, playlist) => {
  const asked: string[] = [];
  const own = createServer((request, response) => {
    asked.push(request.url!);
    response.end();
  });
  const ownPort = await listen(own);
  try {
    const camera = createServer((_, response) =>
      response.end(playlist(`http://127.0.0.1:${ownPort}/video_feed/other`)),
    );
    await withServer(camera, async (origin) => {
      const { error } = await watch({ url: `http://${origin}/x.m3u8`, limits: { ownPorts: [ownPort] } });
      expect(error).toMatchObject({ code: 'camera_refused', message: expect.stringContaining('more private') });
    });
    expect(asked).toEqual([]);
  } finally {
    own.close();
  }
});

it('refuses a manifest that would have FFmpeg open more', async () => {
  const manifest = Buffer.from('<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>');
  const { error } = await watchPouring('/x.mpd', { '/x.mpd': ['application/dash+xml', manifest] });
  expect(error?.code).toBe('camera_unsupported');
});
