import { once } from 'node:events';
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { VideoFile } from '@lookout/media/codec';
import { makeTestJpegs } from '@lookout/media/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClipFileWriter } from './clip-file.js';
import { ClipMaker, type ClipMakerOptions, type ClipRange } from './clip-maker.js';

let folder: string;
let maker: ClipMaker;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lookout-clip-maker-'));
});
afterEach(async () => {
  await maker.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(options: Partial<ClipMakerOptions> = {}): Promise<ClipMaker> {
  maker = await ClipMaker.open({ directory: join(folder, 'clips'), maxBytes: 1e9, ...options });
  return maker;
}

/** A recording of 20 frames from second 10 on, five a second. */
async function record(): Promise<{ path: string }> {
  const path = join(folder, 'recording');
  const jpegs = await makeTestJpegs({ count: 20, width: 320, height: 240 });
  const file = await ClipFileWriter.create(path);
  await file.append(jpegs.map((jpeg, i) => ({ timestampMs: 10_000 + 200 * i, jpeg })));
  await file.close();
  return { path };
}

const all = (recording: ClipRange['recording']): ClipRange => ({ recording, fromMs: 0, untilMs: 1e9 });

describe('ClipMaker', () => {
  it('makes a video of a part of a recording', async () => {
    const recording = await record();
    await open();
    const name = await maker.make('e1', { recording, fromMs: 11_000, untilMs: 12_000 });
    await using video = await VideoFile.open(join(maker.directory, name));
    const positions: number[] = [];
    for await (const { positionMs, picture } of video.pictures()) {
      positions.push(Math.round(positionMs));
      picture.close();
    }
    expect(video.codec).toBe('vp9');
    expect(positions).toEqual([0, 200, 400, 600, 800, 1000]);
  });

  it('makes it once, however many ask for it, then and later', async () => {
    const recording = await record();
    await open();
    const asked = await Promise.all([1, 2, 3].map(() => maker.make('e1', all(recording))));
    expect(new Set(asked).size).toBe(1);
    rmSync(recording.path);
    expect(await maker.make('e1', all(recording))).toBe(asked[0]);
  });

  it('finds a recording that was completed, and so renamed, while it waited', async () => {
    const recording = await record();
    await open();
    const first = maker.make('e1', all(recording));
    const second = maker.make('e2', all(recording));
    await first;
    renameSync(recording.path, `${recording.path}.frames`);
    recording.path += '.frames';
    // The second had begun by then or not: either way it is made, or can be asked for again.
    await second.catch(() => maker.make('e2', all(recording)));
    expect(readdirSync(maker.directory).sort()).toEqual(['e1.mp4', 'e2.mp4']);
  });

  it('keeps as many as there is room for, and those asked for last', async () => {
    const recording = await record();
    await open({ maxBytes: 1 });
    await maker.make('e1', all(recording));
    await maker.make('e2', all(recording));
    await expect.poll(() => readdirSync(maker.directory)).toEqual(['e2.mp4']);
    await maker.remove('e2');
    expect(readdirSync(maker.directory)).toEqual([]);
  });

  it('says why there is no video, and makes the next one', async () => {
    const recording = await record();
    await open();
    const none = maker.make('e1', { recording, fromMs: 0, untilMs: 5000 });
    await expect(none).rejects.toMatchObject({ code: 'not_found' });
    const missing = maker.make('e2', all({ path: join(folder, 'none') }));
    await expect(missing).rejects.toMatchObject({ code: 'storage_failed' });
    const broken = join(folder, 'broken');
    writeFileSync(broken, 'this is no recording');
    await expect(maker.make('e3', all({ path: broken }))).rejects.toMatchObject({ code: 'not_found' });
    expect(await maker.make('e4', all(recording))).toBe('e4.mp4');
    expect(readdirSync(maker.directory)).toEqual(['e4.mp4']);
  });

  it('refuses more than it can soon make, and all of them when it is closed', async () => {
    const recording = await record();
    await open();
    const asked = Array.from({ length: 25 }, (_, i) => maker.make(`e${i}`, all(recording)).catch(({ code }) => code));
    await maker.close();
    const codes = await Promise.all(asked);
    expect(codes.slice(21)).toEqual(Array(4).fill('too_many_requests'));
    expect(codes.slice(1, 21)).toEqual(Array(20).fill('unavailable'));
    expect(codes[0]).toBe('e0.mp4');
  });

  it('starts another thread after a pause', async () => {
    const recording = await record();
    const threads: Worker[] = [];
    const createThread = () => {
      const thread = new Worker(new URL('./clip-worker.js', import.meta.url.replace('/src/', '/dist/')));
      threads.push(thread);
      return thread;
    };
    await open({ idleMs: 0, createThread });
    await maker.make('e1', all(recording));
    if (threads[0]) await once(threads[0], 'exit');
    expect(await maker.make('e2', all(recording))).toBe('e2.mp4');
    expect(threads).toHaveLength(2);
  });

  it('forgets the videos of the run before', async () => {
    const recording = await record();
    await open();
    await maker.make('e1', all(recording));
    await maker.close();
    await open();
    expect(readdirSync(maker.directory)).toEqual([]);
  });
});
