import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeClipFolder } from '../testing/clips.js';
import { listen, watch, withServer } from '../testing/watch-capture.js';
import { CaptureAttempt } from './capture-attempt.js';

/** Clips play at their own speed. */
vi.setConfig({ testTimeout: 20_000 });

let folder: string;
beforeAll(() => {
  folder = makeClipFolder();
}, 30_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what is no video', () => {
  it.each<[string, () => string, string]>([
    [
      'random bytes',
      () =>
        write(
          'noise.mp4',
          Uint8Array.from({ length: 50_000 }, (_, i) => (i * 7919 + (i >> 3) * 31) & 255),
        ),
      'camera_unsupported',
    ],
    ['a web page', () => write('page.mp4', Buffer.from('<!doctype html><title>hello</title>')), 'camera_unsupported'],
    ['an empty file', () => write('empty.mp4', new Uint8Array()), 'camera_unsupported'],
    ['a missing file', () => join(folder, 'missing.mp4'), 'camera_not_found'],
    ['a folder', () => folder, 'camera_not_found'],
    ['a missing device', () => '/dev/video63', 'camera_not_found'],
    [
      'text',
      () => write('art.txt', Buffer.from('\u001b[31mThis is shown as a picture by a terminal.\n'.repeat(100))),
      'camera_unsupported',
    ],
    ['text named as a picture', () => write('art.ans', Buffer.from('plain\n'.repeat(100))), 'camera_unsupported'],
    [
      'a list of files',
      () => write('list.ffconcat', Buffer.from(`ffconcat version 1.0\nfile '${folder}/clip.mp4'\n`)),
      'camera_unsupported',
    ],
    [
      'a playlist',
      () => write('list.m3u', Buffer.from(`#EXTM3U\n#EXTINF:2,\n${folder}/small.ts\n#EXT-X-ENDLIST\n`)),
      'camera_unsupported',
    ],
    [
      'a session description',
      () =>
        write(
          'x.sdp',
          Buffer.from(
            'v=0\no=- 1 1 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n',
          ),
        ),
      'camera_unsupported',
    ],
    ['names with a pattern', () => join(folder, '%d.mp4'), 'camera_not_found'],
    ['a pipe', () => fifo('pipe.mp4'), 'camera_unsupported'],
    ['a link to a pipe', () => link('to-pipe.mp4', fifo('pipe2.mp4')), 'camera_unsupported'],
    ['a link to a file of the system', () => link('version.mp4', '/proc/version'), 'camera_unsupported'],
    ['a link to a device', () => link('zero.mp4', '/dev/zero'), 'camera_unsupported'],
    ['a link to itself', () => link('loop.mp4', join(folder, 'loop.mp4')), 'camera_not_found'],
    ['a file below a file', () => join(folder, 'clip.mp4', 'x'), 'camera_not_found'],
    ['an unknown scheme', () => 'gopher://127.0.0.1/', 'camera_unsupported'],
  ])('refuses %s', async (_, url, code) => {
    const { error, frames } = await watch({ url: url() });
    expect(frames).toEqual([]);
    expect(error?.code, error?.message).toBe(code);
  });

  it('plays a video whatever it is called, and behind a link', async () => {
    const { frames, error } = await watch({ url: link('clip.txt', join(folder, 'clip.mp4')) }, (_, abort) => abort());
    expect(error).toBeUndefined();
    expect(frames.length).toBeGreaterThan(0);
  });

  function fifo(name: string): string {
    execFileSync('mkfifo', [join(folder, name)]);
    return join(folder, name);
  }

  function link(name: string, target: string): string {
    symlinkSync(target, join(folder, name));
    return join(folder, name);
  }

  function write(name: string, bytes: Uint8Array): string {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  }

  it('tells web servers’ answers apart and never shows the address', async () => {
    const statuses: [number, string][] = [
      [401, 'camera_unauthorized'],
      [403, 'camera_refused'],
      [404, 'camera_not_found'],
      [500, 'camera_refused'],
    ];
    const server = createServer((request, response) => {
      response.writeHead(Number(request.url!.slice(1, 4)), { 'Content-Type': 'text/html' }).end('<html></html>');
    });
    await withServer(server, async (origin) => {
      for (const [status, code] of statuses) {
        const { error } = await watch({ url: `http://user:secret@${origin}/${status}.mp4` });
        expect(error?.code).toBe(code);
        expect(`${error?.message} ${error?.hint}`).not.toMatch(/secret|127\.0\.0\.1/);
      }
      const page = await watch({ url: `http://${origin}/200.mp4` });
      expect(page.error?.code).toBe('camera_unsupported');
    });
  });

  it('says that nothing listens', async () => {
    const server = createTcpServer();
    const port = await listen(server);
    server.close();
    await once(server, 'close');
    for (const url of [
      `http://127.0.0.1:${port}/x.mp4`,
      `rtmp://127.0.0.1:${port}/live/x`,
      `rtsp://127.0.0.1:${port}/x`,
    ]) {
      const { error } = await watch({ url });
      expect(error?.code, url).toBe('camera_unreachable');
    }
  });
});

describe('silent peers', () => {
  it('gives up on one that accepts and says nothing', async () => {
    await withServer(
      createTcpServer(() => {}),
      async (origin) => {
        const { error } = await watch({ url: `rtmp://${origin}/live/x`, openTimeoutMs: 300 });
        expect(error?.code).toBe('camera_unreachable');
      },
    );
  });

  it('notices a stream that stops', async () => {
    const clip = readFileSync(join(folder, 'small.ts'));
    const server = createServer((_, response) => {
      response.writeHead(200, { 'Content-Type': 'video/mp2t' }).write(clip.subarray(0, 188 * 300));
    });
    await withServer(server, async (origin) => {
      const { error } = await watch({ url: `http://${origin}/live.ts`, stallTimeoutMs: 400, openTimeoutMs: 20_000 });
      expect(error?.code, error?.message).toBe('camera_stalled');
    });
  }, 20_000);

  it('opens and aborts twenty times, stalled peers among them, and every worker ends', async () => {
    await withServer(
      createTcpServer(() => {}),
      async (origin) => {
        const urls = [
          join(folder, 'clip.mp4'),
          `http://${origin}/x.mp4`,
          `rtmp://${origin}/live/x`,
          `rtsp://${origin}/x`,
        ];
        for (let round = 0; round < 20; round += urls.length) {
          await Promise.all(
            urls.map(async (url, i) => {
              const controller = new AbortController();
              const kind = url.startsWith('rtsp') ? 'rtsp' : 'demux';
              const ignore = () => {};
              const events = { onFrame: ignore, onInfo: ignore, onInvalid: ignore, onBytes: ignore };
              setTimeout(() => controller.abort(), (round + i) * 25);
              await new CaptureAttempt({ url, kind, loop: true }).run(events, controller.signal);
            }),
          );
        }
      },
    );
    // The process lives: that is the test. An attempt aborted before it begins starts nothing.
    await new CaptureAttempt({ url: join(folder, 'clip.mp4'), kind: 'demux' }).run(
      { onFrame() {}, onInfo() {}, onInvalid() {}, onBytes() {} },
      AbortSignal.abort(),
    );
  }, 30_000);
});
