import { createCipheriv } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { VideoBytes } from './byte-source.js';
import { openHttpVideo } from './open-http-video.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

type Answer = string | Buffer | ((request: IncomingMessage, response: ServerResponse) => void);

/** A web server; `asked` collects what was asked for. What it has not is answered with 404. */
async function serve(answers: Record<string, Answer>): Promise<{ origin: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { range } = request.headers;
    asked.push(request.url! + (range === undefined || range === 'bytes=0-' ? '' : ` ${range}`));
    const answer = answers[request.url!];
    if (answer === undefined) response.writeHead(404).end();
    else if (typeof answer === 'function') answer(request, response);
    else response.end(answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
    return once(server, 'close');
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const list = (...lines: string[]) => ['#EXTM3U', ...lines, ''].join('\n');
const live = (first: number, ...uris: string[]) =>
  list('#EXT-X-TARGETDURATION:1', `#EXT-X-MEDIA-SEQUENCE:${first}`, ...uris.flatMap((uri) => ['#EXTINF:0.1,', uri]));

async function open(url: string, lost: string[] = []): Promise<VideoBytes> {
  const stop = new AbortController();
  const video = await openHttpVideo({ url }, { onLost: (reason) => lost.push(reason) }, stop.signal);
  closers.unshift(() => {
    stop.abort();
    video.close();
  });
  return video;
}

/** All of it, or as many bytes; `|` where it has to be opened anew. */
async function textOf({ bytes }: VideoBytes, count = Number.POSITIVE_INFINITY): Promise<string> {
  let text = '';
  while (text.length < count) {
    const piece = await bytes.read(1000);
    if (piece !== undefined) text += piece.toString();
    else if (bytes.startsAnew) text += '|';
    else break;
  }
  return text;
}

describe('a playlist with an end', () => {
  it.each(['/list.m3u8', '/list', '/stream.php?id=1'])(
    'is known by its content at %s, whatever its segments are called',
    async (path) => {
      const playlist = list(
        '#EXTINF:1,',
        'a.jpg',
        '#EXTINF:1,',
        'segment',
        '#EXTINF:1,',
        'c.php?n=3',
        '#EXT-X-ENDLIST',
      );
      const { origin } = await serve({ [path]: playlist, '/a.jpg': 'one ', '/segment': 'two ', '/c.php?n=3': 'three' });
      const video = await open(origin + path);
      expect(video).toMatchObject({ transport: 'hls', hls: { live: false, targetMs: 10_000 } });
      expect(await textOf(video)).toBe('one two three');
    },
  );

  it('is read in the largest picture, and follows redirects', async () => {
    const variants = list(
      '#EXT-X-STREAM-INF:BANDWIDTH=900,RESOLUTION=320x240',
      'small',
      '#EXT-X-STREAM-INF:BANDWIDTH=100,RESOLUTION=640x480',
      'moved',
      '#EXT-X-STREAM-INF:BANDWIDTH=999,CODECS="mp4a.40.2"',
      'sound',
    );
    const { origin, asked } = await serve({
      '/x': variants,
      '/moved': (_, response) => response.writeHead(302, { location: '/deep/large' }).end(),
      '/deep/large': list('a', '#EXT-X-ENDLIST'),
      '/deep/a': 'large',
    });
    expect(await textOf(await open(`${origin}/x`))).toBe('large');
    expect(asked).toEqual(['/x', '/moved', '/deep/large', '/deep/a']);
  });

  it.each([true, false])('is read in parts of a file, where its server knows ranges: %s', async (knows) => {
    const file = Buffer.from('headABCDEFGH');
    const playlist = list(
      '#EXT-X-MAP:URI="f.mp4",BYTERANGE="4@0"',
      '#EXT-X-BYTERANGE:3@4',
      'f.mp4',
      '#EXT-X-BYTERANGE:2',
      'f.mp4',
      '#EXT-X-ENDLIST',
    );
    const { origin, asked } = await serve({
      '/x': playlist,
      '/f.mp4': ({ headers }, response) => {
        const [, from, to] = /bytes=(\d+)-(\d+)/.exec(headers.range ?? '') ?? [];
        if (knows) response.writeHead(206).end(file.subarray(Number(from), Number(to) + 1));
        else response.end(file);
      },
    });
    expect(await textOf(await open(`${origin}/x`))).toBe('headABCDE');
    expect(asked).toEqual(['/x', '/f.mp4 bytes=0-3', '/f.mp4 bytes=4-6', '/f.mp4 bytes=7-8']);
  });

  it('begins anew where the header of its segments changes', async () => {
    const playlist = list(
      '#EXT-X-MAP:URI="h1"',
      'a',
      'b',
      '#EXT-X-DISCONTINUITY',
      '#EXT-X-MAP:URI="h2"',
      'c',
      '#EXT-X-ENDLIST',
    );
    const { origin } = await serve({ '/x': playlist, '/h1': '[1]', '/h2': '[2]', '/a': 'a', '/b': 'b', '/c': 'c' });
    expect(await textOf(await open(`${origin}/x`))).toBe('[1]ab|[2]c');
  });

  it('is decrypted, each key asked for once', async () => {
    const key = Buffer.from('0123456789abcdef');
    const encrypt = (text: string, iv: Buffer) => {
      const cipher = createCipheriv('aes-128-cbc', key, iv);
      return Buffer.concat([cipher.update(text), cipher.final()]);
    };
    const numbered = Buffer.alloc(16);
    numbered[15] = 7;
    const playlist = list(
      '#EXT-X-MEDIA-SEQUENCE:7',
      '#EXT-X-KEY:METHOD=AES-128,URI="key"',
      'a',
      `#EXT-X-KEY:METHOD=AES-128,URI="key",IV=0x${'ab'.repeat(16)}`,
      'b',
      '#EXT-X-KEY:METHOD=NONE',
      'c',
      '#EXT-X-ENDLIST',
    );
    const { origin, asked } = await serve({
      '/x': playlist,
      '/key': key,
      '/a': encrypt('first ', numbered),
      '/b': encrypt('second ', Buffer.alloc(16, 0xab)),
      '/c': 'plain',
    });
    expect(await textOf(await open(`${origin}/x`))).toBe('first second plain');
    expect(asked.filter((path) => path === '/key')).toHaveLength(1);
  });

  it('goes on behind a segment that is missing, and says why where all are', async () => {
    const { origin } = await serve({ '/x': list('a', 'b', 'c', '#EXT-X-ENDLIST'), '/a': 'a', '/c': 'c' });
    const lost: string[] = [];
    expect(await textOf(await open(`${origin}/x`, lost))).toBe('ac');
    expect(lost).toEqual([expect.stringContaining('404')]);
    const none = await serve({ '/x': list('a', 'b', '#EXT-X-ENDLIST') });
    await expect(textOf(await open(`${none.origin}/x`))).rejects.toMatchObject({ code: 'camera_not_found' });
  });

  it('sends its password to the camera alone', async () => {
    const seen: [string, string | undefined][] = [];
    const note: Answer = ({ url, headers }, response) => {
      seen.push([url!, headers.authorization]);
      response.end('.');
    };
    const other = await serve({ '/b': note });
    const playlist = list('/a', `${other.origin}/b`, '#EXT-X-ENDLIST');
    const { origin } = await serve({
      '/a': note,
      '/x': ({ headers }, response) => {
        if (headers.authorization !== undefined) response.end(playlist);
        else response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      },
    });
    expect(await textOf(await open(`${origin.replace('//', '//me:secret@')}/x`))).toBe('..');
    expect(seen).toEqual([
      ['/a', expect.stringMatching(/^Basic /)],
      ['/b', undefined],
    ]);
  });
});

describe('a live playlist', () => {
  /** Each look at it gives the next of `playlists`; the last one from then on. Its segments hold their names. */
  async function openLive(...playlists: string[]): Promise<VideoBytes> {
    const uris = new Set(playlists.flatMap((text) => text.split('\n').filter((line) => /^\w/.test(line))));
    const segments = Object.fromEntries([...uris].map((uri) => [`/${uri}`, uri]));
    const { origin } = await serve({
      ...segments,
      '/live': (_, response) => response.end(playlists.length > 1 ? playlists.shift() : playlists[0]),
    });
    return open(`${origin}/live`);
  }

  it('begins with the newest segment, and gives each one once', async () => {
    const video = await openLive(live(5, 'a', 'b', 'c'), live(5, 'a', 'b', 'c'), live(6, 'b', 'c', 'd', 'e'));
    expect(video.hls).toMatchObject({ live: true, targetMs: 1000 });
    expect(await textOf(video, 3)).toBe('cde');
  });

  it('goes on with the newest where its server counts anew', async () => {
    expect(await textOf(await openLive(live(500, 'a', 'b'), live(0, 'x'), live(0, 'x', 'y')), 3)).toBe('bxy');
  });

  it('goes on with the newest where it is too slow for its server', async () => {
    expect(await textOf(await openLive(live(1, 'a'), live(50, 'x', 'y', 'z')), 2)).toBe('az');
  });

  it('ends where its server says so', async () => {
    const ended = `${live(1, 'a', 'b')}#EXT-X-ENDLIST\n`;
    expect(await textOf(await openLive(live(1, 'a'), ended))).toBe('ab');
  });

  it('is given up when it can not be read three times', async () => {
    let looks = 0;
    const { origin } = await serve({
      '/live': (_, response) => (looks++ === 0 ? response.end(live(1, 'a')) : response.writeHead(500).end()),
      '/a': 'a',
    });
    const lost: string[] = [];
    const video = await open(`${origin}/live`, lost);
    await expect(textOf(video)).rejects.toMatchObject({ code: 'camera_refused' });
    expect([looks, lost.length]).toEqual([4, 2]);
  });
});
