import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { LookoutError } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { nowMs } from '../frame/clock.js';
import type { VideoFrame } from '../frame/frame.js';
import { readJpegHeader } from '../jpeg/jpeg-header.js';
import { makeClip, makeClipFolder, serveFiles } from '../testing/clips.js';
import { watch, withServer } from '../testing/watch-capture.js';

/** Clips play at their own speed. */
vi.setConfig({ testTimeout: 20_000 });

let folder: string;
beforeAll(() => {
  folder = makeClipFolder();
}, 30_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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
    const flv = readFileSync(makeClip(folder, 'clip.flv', '320x240'));
    const server = createServer((_, response) => response.writeHead(200, { 'Content-Type': 'video/x-flv' }).end(flv));
    await withServer(server, async (origin) => {
      const spans: number[] = [];
      const atOwnSpeed: number[] = [];
      for (const knownLength of [true, false]) {
        const { frames, infos } = await watch({ url: `http://${origin}/clip.flv`, knownLength });
        expect(infos[0]).toMatchObject({ transport: 'http', codec: 'h264' });
        expect(frames.length).toBeGreaterThan(40);
        const times = frames.map(({ timestampMs }) => timestampMs);
        const steps = times.slice(1).map((time, i) => time - times[i]!);
        spans.push(times.at(-1)! - times[0]!);
        atOwnSpeed.push(steps.filter((step) => Math.abs(step - 40) < 1).length / steps.length);
      }
      const [recorded, live] = spans as [number, number];
      // On a machine that stalls, some come later.
      expect(atOwnSpeed[0]).toBeGreaterThan(0.8);
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
    await withServer(createServer(serveFiles(folder)), async (origin) => {
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
    await withServer(createServer(serveFiles(folder)), async (origin) => {
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
      ['one', makeClip(folder, 'one.mp4', '320x240')],
      ['two', makeClip(folder, 'two.mp4', '640x360')],
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
    await withServer(createServer(serveFiles(folder)), async (origin) => {
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
      request.url === '/live' ? response.end(text) : serveFiles(folder)(request, response),
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
            track_id: 7,
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
        const alarmed = await frame.render({ jpegQuality: 90, detections, alarmed: new Set([7]) });
        expect(Buffer.compare(alarmed.jpeg!, annotated.jpeg!)).not.toBe(0);
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
