import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  createReadStream,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { LookoutError } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { nowMs } from '../frame/clock.js';
import type { VideoFrame } from '../frame/frame.js';
import { readJpegHeader } from '../jpeg/jpeg-header.js';
import { listen, watch, withServer } from '../testing/watch-capture.js';
import { CaptureAttempt } from './capture-attempt.js';

/** Clips play at their own speed. */
vi.setConfig({ testTimeout: 20_000 });

let folder: string;

/** Clips of 2 s, 25 frames a second, made with the ffmpeg command line. */
function makeClip(name: string, size: string, ...options: string[]): string {
  const path = join(folder, name);
  const source = `testsrc2=size=${size}:rate=25:duration=2`;
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-pix_fmt', 'yuv420p'];
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', source, ...codec, ...options, path]);
  return path;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lookout-capture-'));
  makeClip('clip.mp4', '320x240');
  makeClip('small.ts', '320x240', '-f', 'mpegts');
  makeClip('large.ts', '640x360', '-f', 'mpegts');
}, 30_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Serves files of the test folder with ranges, as web servers do. */
const serveFiles: RequestListener = (request, response) => {
  const path = join(folder, basename(new URL(request.url!, 'http://x').pathname));
  const { size } = statSync(path);
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const range = { 'Content-Range': `bytes ${from}-${size - 1}/${size}` };
  response.writeHead(request.headers.range ? 206 : 200, {
    'Accept-Ranges': 'bytes',
    'Content-Length': size - from,
    ...range,
  });
  createReadStream(path, { start: from }).pipe(response);
};

describe('recordings', () => {
  it('plays a file once, every frame, timed by its own clock', async () => {
    const { frames, infos, error, bytes, invalid } = await watch({ url: join(folder, 'clip.mp4') });
    expect(error).toBeUndefined();
    expect(infos).toEqual([{ transport: 'file', codec: 'h264', fps: 25, width: 320, height: 240 }]);
    expect(frames.length).toBeGreaterThan(40);
    expect(frames.length).toBeLessThanOrEqual(50);
    expect(invalid).toEqual([]);
    expect(bytes).toBeGreaterThan(10_000);
    const first = frames[0]!;
    for (const frame of frames) {
      const steps = (frame.timestampMs - first.timestampMs) / 40;
      expect(Math.abs(steps - Math.round(steps))).toBeLessThan(0.01);
      expect(frame.receivedMs).toBeGreaterThanOrEqual(frame.timestampMs - 1);
    }
  });

  it('plays a file again and again, time going on', async () => {
    const { frames, error } = await watch({ url: join(folder, 'clip.mp4'), loop: true }, (frame, abort) => {
      if (frame.number >= 70) abort();
    });
    expect(error).toBeUndefined();
    const gaps = frames.slice(1).map((frame, i) => frame.timestampMs - frames[i]!.timestampMs);
    expect(Math.min(...gaps)).toBeGreaterThan(0);
    expect(gaps.filter((gap) => Math.abs(gap - 40) < 1).length).toBeGreaterThan(50);
  });

  it('follows a change of resolution', async () => {
    const spliced = join(folder, 'spliced.ts');
    writeFileSync(spliced, Buffer.concat(['small.ts', 'large.ts'].map((name) => readFileSync(join(folder, name)))));
    const { infos, frames, error } = await watch({ url: spliced });
    expect(error).toBeUndefined();
    expect(infos.map(({ width, height }) => `${width}x${height}`)).toEqual(['320x240', '640x360']);
    expect(frames.filter(({ width }) => width === 640).length).toBeGreaterThan(30);
  });

  it('counts damage and goes on', async () => {
    const bytes = readFileSync(join(folder, 'small.ts'));
    for (let at = Math.floor(bytes.length * 0.3); at < bytes.length * 0.34; at++) bytes[at] = (at * 37) & 255;
    writeFileSync(join(folder, 'damaged.ts'), bytes);
    const { invalid, frames, error } = await watch({ url: join(folder, 'damaged.ts') });
    expect(error).toBeUndefined();
    expect(invalid.length).toBeGreaterThan(0);
    expect(invalid.every(({ code }) => code === 'frame_invalid')).toBe(true);
    expect(frames.length).toBeGreaterThan(20);
  });

  it('plays FLV of known length at its own speed, and without one as it comes', async () => {
    const flv = readFileSync(makeClip('clip.flv', '320x240'));
    const server = createServer((_, response) => response.writeHead(200, { 'Content-Type': 'video/x-flv' }).end(flv));
    await withServer(server, async (origin) => {
      const spans: number[] = [];
      for (const knownLength of [true, false]) {
        const { frames, infos } = await watch({ url: `http://${origin}/clip.flv`, knownLength });
        expect(infos[0]).toMatchObject({ transport: 'http', codec: 'h264' });
        expect(frames.length).toBeGreaterThan(40);
        spans.push(frames.at(-1)!.timestampMs - frames[0]!.timestampMs);
      }
      const [recorded, live] = spans as [number, number];
      expect(recorded / 40).toBeCloseTo(Math.round(recorded / 40), 1);
      expect(recorded).toBeGreaterThan(1700);
      // All of it came at once.
      expect(live).toBeLessThan(recorded);
    });
  });

  it('reads http files and HLS', async () => {
    execFileSync('ffmpeg', [
      ...['-v', 'error', '-y', '-i', join(folder, 'clip.mp4'), '-c', 'copy', '-f', 'hls', '-hls_time', '1'],
      join(folder, 'list.m3u8'),
    ]);
    await withServer(createServer(serveFiles), async (origin) => {
      const file = await watch({ url: `http://${origin}/clip.mp4` });
      expect(file.error).toBeUndefined();
      expect(file.infos[0]).toMatchObject({ transport: 'http', codec: 'h264' });
      expect(file.frames.length).toBeGreaterThan(40);
      const hls = await watch({ url: `http://${origin}/list.m3u8` });
      expect(hls.error).toBeUndefined();
      expect(hls.infos[0]).toMatchObject({ transport: 'hls', codec: 'h264', width: 320 });
      expect(hls.frames.length).toBeGreaterThan(15);
    });
  });
});

describe('HLS', () => {
  const TYPES = ['-hls_segment_type', 'mpegts', '-hls_segment_type', 'fmp4'];

  it.each([0, 2])('plays all pictures at their own speed, whatever its files are called (%#)', async (kind) => {
    const type = TYPES.slice(kind, kind + 2);
    const names = [
      '-hls_segment_filename',
      join(folder, `part${kind}-%d.jpg`),
      '-hls_fmp4_init_filename',
      `init${kind}`,
    ];
    const made = ['-c', 'copy', '-f', 'hls', '-hls_time', '1', '-hls_list_size', '0', ...type, ...names];
    execFileSync('ffmpeg', [
      '-v',
      'error',
      '-y',
      '-i',
      join(folder, 'clip.mp4'),
      ...made,
      join(folder, `made${kind}.m3u8`),
    ]);
    renameSync(join(folder, `made${kind}.m3u8`), join(folder, `channel${kind}`));
    await withServer(createServer(serveFiles), async (origin) => {
      const { frames, infos, error, invalid } = await watch({ url: `http://${origin}/channel${kind}` });
      expect(error).toBeUndefined();
      expect(invalid).toEqual([]);
      expect(infos).toEqual([{ transport: 'hls', codec: 'h264', fps: 25, width: 320, height: 240 }]);
      expect(frames.length).toBeGreaterThan(40);
      expect(frames.at(-1)!.timestampMs - frames[0]!.timestampMs).toBeGreaterThan(1700);
    });
  });

  it('goes on where other video follows', async () => {
    for (const [name, clip] of [
      ['one', makeClip('one.mp4', '320x240')],
      ['two', makeClip('two.mp4', '640x360')],
    ]) {
      const type = ['-hls_segment_type', 'fmp4', '-hls_fmp4_init_filename', `${name}-init`];
      const names = ['-hls_segment_filename', join(folder, `${name}-%d`)];
      execFileSync('ffmpeg', [
        '-v',
        'error',
        '-y',
        '-i',
        clip!,
        '-c',
        'copy',
        '-f',
        'hls',
        ...type,
        ...names,
        join(folder, name!),
      ]);
    }
    const lines = readFileSync(join(folder, 'one'), 'utf8').replace('#EXT-X-ENDLIST\n', '#EXT-X-DISCONTINUITY\n');
    writeFileSync(
      join(folder, 'both'),
      lines + readFileSync(join(folder, 'two'), 'utf8').replace(/^.*?(?=#EXT-X-MAP)/s, ''),
    );
    await withServer(createServer(serveFiles), async (origin) => {
      const { frames, infos, error } = await watch({ url: `http://${origin}/both` });
      expect(error).toBeUndefined();
      expect(infos.map(({ width }) => width)).toEqual([320, 640]);
      for (const width of [320, 640])
        expect(frames.filter((frame) => frame.width === width).length).toBeGreaterThan(20);
    });
  });

  it('is silent for three segments at most before it is stalled', async () => {
    const text = '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsmall.ts\n';
    const server = createServer((request, response) =>
      request.url === '/live' ? response.end(text) : serveFiles(request, response),
    );
    await withServer(server, async (origin) => {
      let lastMs = 0;
      const { error } = await watch({ url: `http://${origin}/live`, stallTimeoutMs: 100 }, (frame) => {
        lastMs = frame.receivedMs;
      });
      expect(error?.code).toBe('camera_stalled');
      // The clip has 2 s: the silence began when it was read, and its pictures are shown meanwhile.
      expect(nowMs() - lastMs).toBeLessThan(6000);
      expect(nowMs() - lastMs).toBeGreaterThan(500);
    });
  });
});

describe('rendering', () => {
  it('makes RGB, JPEG and annotated JPEG of a frame', async () => {
    const results: unknown[] = [];
    let checked: Promise<void> | undefined;
    const letterbox = { width: 320, height: 256, x: 0, y: 8, contentWidth: 320, contentHeight: 240, fill: 114 };
    await watch({ url: join(folder, 'clip.mp4') }, (frame, abort) => {
      if (checked !== undefined) return;
      frame.retain();
      checked = (async () => {
        const detections = [
          {
            bbox: [20, 60, 200, 200] as [number, number, number, number],
            confidence: 0.9,
            class_id: 1,
            class_name: 'car',
          },
        ];
        const annotated = await frame.render({ rgb: letterbox, jpegQuality: 90, detections });
        const plain = await frame.render({ jpegQuality: 90 });
        expect(await frame.render({ jpegQuality: 90 })).toBe(plain);
        const only = await frame.render({ rgb: letterbox });
        expect(only.jpeg).toBeUndefined();
        expect(only.rgb!.every((level, i) => level === annotated.rgb![i])).toBe(true);
        expect(annotated.rgb!.length).toBe(320 * 256 * 3);
        expect([...annotated.rgb!.subarray(0, 6)]).toEqual([114, 114, 114, 114, 114, 114]);
        expect(Buffer.compare(annotated.jpeg!, plain.jpeg!)).not.toBe(0);
        results.push(readJpegHeader(plain.jpeg!), readJpegHeader(annotated.jpeg!));
        frame.release();
      })().finally(abort);
    });
    await checked;
    expect(results).toMatchObject([
      { width: 320, height: 240, sampling: ['2x2', '1x1', '1x1'] },
      { width: 320, height: 240 },
    ]);
  });

  it('says when a frame has gone', async () => {
    let first: VideoFrame | undefined;
    let gone: Promise<unknown> | undefined;
    const { frames } = await watch({ url: join(folder, 'clip.mp4') }, (frame, abort) => {
      first ??= frame;
      if (frame.number !== 12) return;
      gone = first.render({ jpegQuality: 75 }).then(
        () => 'rendered',
        (error: LookoutError) => error.code,
      );
      gone.finally(abort);
    });
    expect(await gone).toBe('frame_gone');
    await expect(frames.at(-1)!.render({ jpegQuality: 75 })).rejects.toMatchObject({ code: 'frame_gone' });
  });
});

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
