import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JpegFrame } from '@lookout/media';
import { VideoFile } from '@lookout/media/codec';
import { makeTestJpegs } from '@lookout/media/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KeptEvent } from '../../platform/storage/index.js';
import type { AnalysisJob, AnalysisResult } from '../analysis/analysis-job.js';
import { PictureSet } from '../live/picture-set.js';
import { createEventId } from './event-id.js';
import { EventPictures, type EventPicturesOptions } from './event-pictures.js';
import type { SnapshotDrawing } from './snapshot-file.js';

const START_MS = 1_700_000_000_000;
const MIB = 1024 * 1024;

let jpegs: Uint8Array<ArrayBuffer>[];
beforeAll(async () => {
  jpegs = await makeTestJpegs({ count: 30, width: 320, height: 240 });
});

let directory: string;
let jobs: AnalysisJob[];
let troubles: unknown[];
let kept: Map<string, KeptEvent>;
let pictures: EventPictures;
let nowMs: number;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-pictures-'));
  jobs = [];
  troubles = [];
  kept = new Map();
  nowMs = START_MS;
  pictures = await open();
});
afterEach(async () => {
  await pictures.close();
  rmSync(directory, { recursive: true, force: true });
});

async function runSoon(job: AnalysisJob): Promise<AnalysisResult> {
  jobs.push(job);
  const drawn = [{ quality: 85, jpeg: new Uint8Array([jobs.length]) }];
  return { packed: new Float32Array(), jpegs: drawn, decodeMs: 0, inferMs: 0, drawMs: 0, encodeMs: 0 };
}

function open(options: Partial<EventPicturesOptions> = {}): Promise<EventPictures> {
  const given: EventPicturesOptions = {
    directory,
    maxBytes: 100 * MIB,
    runSoon,
    onTrouble: (error) => troubles.push(error),
    toEpoch: (ms) => ms,
    now: () => 0,
    ...options,
  };
  return EventPictures.open(given, kept);
}

function frameAt(timestampMs: number): PictureSet {
  const jpeg = jpegs[Math.round(timestampMs / 200) % jpegs.length] as Uint8Array;
  const frame: JpegFrame = { kind: 'jpeg', number: 0, timestampMs, receivedMs: 0, width: 320, height: 240, jpeg };
  return new PictureSet(frame, { runSoon, onEncode: () => undefined });
}

/** Lets frames of a camera pass, five a second, with the disk keeping up. */
async function pass(seconds: number, camera = 'yard'): Promise<void> {
  for (const end = nowMs + 1000 * seconds; nowMs < end; ) {
    nowMs += 200;
    pictures.frame(camera, frameAt(nowMs));
    // Frames that wait for the disk are bounded; a busy one would leave some out.
    await stat(directory);
  }
}

function event(extra: Partial<KeptEvent> = {}): KeptEvent {
  return {
    id: createEventId(nowMs),
    rule_id: 'r1',
    camera: 'yard',
    severity: 'warning',
    behavior: 'enter',
    summary: '',
    reason: '',
    started_at: nowMs,
    ended_at: nowMs,
    frame_timestamp: nowMs,
    measured: {},
    tracks: [],
    image_size: [320, 240],
    verdict: null,
    seen: false,
    kept: false,
    late: false,
    hasSnapshot: true,
    hasClip: true,
    bytes: 0,
    ...extra,
  };
}

const drawing: SnapshotDrawing = {
  tracks: [{ track_id: 7, class_name: 'person', bbox: [10, 20, 60, 200], confidence: 0.83 }],
  zone: {
    name: 'lawn',
    points: [
      [0, 0],
      [1, 0],
      [1, 1],
    ],
  },
};

/** An event that begins and ends now. */
function fire(extra: Partial<KeptEvent> = {}): KeptEvent {
  const fired = event(extra);
  pictures.fired(fired, frameAt(nowMs), drawing);
  pictures.ended(fired, nowMs);
  return fired;
}

describe('EventPictures', () => {
  it('has the frame that made a rule fire, with what it was about drawn once for all who look', async () => {
    await pass(1);
    const fired = fire();
    const drawn = await Promise.all([pictures.snapshot(fired, true), pictures.snapshot(fired, true)]);
    expect(drawn[0]).toBe(drawn[1]);
    await pictures.snapshot(fired, true);
    expect(jobs).toHaveLength(1);
    expect(jobs[0]?.encode).toMatchObject({
      detections: [{ track_id: 7, class_name: 'person' }],
      alarmed: new Set([7]),
      regions: { zones: [{ name: 'lawn' }], lines: [] },
      firing: new Set(['lawn']),
    });
    const own = await pictures.snapshot(fired, false);
    expect(own.byteLength).toBeGreaterThan(jpegs[0]?.byteLength ?? 0);
  });

  it('says why there is no snapshot', async () => {
    await expect(pictures.snapshot(event(), true)).rejects.toMatchObject({
      code: 'not_found',
      message: /no longer kept/,
    });
    const never = pictures.snapshot(event({ hasSnapshot: false }), true);
    await expect(never).rejects.toMatchObject({ code: 'not_found', message: /too many events/ });
  });

  it('has a clip of what happened before and after, of each event its own part', async () => {
    await pass(20);
    const first = fire();
    await pass(6);
    const second = fire();
    expect([pictures.hasClip(first), pictures.hasClip(second)]).toEqual([true, true]);
    await pass(20);
    await pictures.close();
    pictures = await open();
    const lengthOf = async (fired: KeptEvent) => {
      const { directory: folder, file } = await pictures.clip(fired);
      await using video = await VideoFile.open(join(folder, file));
      return Math.round((video.durationMs ?? 0) / 1000);
    };
    expect(await lengthOf(first)).toBe(20);
    expect(await lengthOf(second)).toBe(20);
    expect(readdirSync(join(directory, 'recordings', 'yard'))).toHaveLength(1);
    await expect(pictures.clip(event({ camera: 'gate' }))).rejects.toMatchObject({ code: 'not_found' });
  });

  it('gives the same file to all who ask while an event goes on', async () => {
    await pass(5);
    const fired = event({ ended_at: null });
    pictures.fired(fired, frameAt(nowMs), drawing);
    await expect(pictures.clip(fired)).rejects.toMatchObject({ code: 'unavailable' });
    await expect
      .poll(() =>
        pass(1)
          .then(() => pictures.clip(fired))
          .then(
            () => 'made',
            () => 'too early',
          ),
      )
      .toBe('made');
    const first = await pictures.clip(fired);
    await pass(2);
    expect(await pictures.clip(fired)).toEqual(first);
    pictures.ended(fired, nowMs);
    await pass(15);
    await expect.poll(async () => (await pictures.clip({ ...fired, ended_at: nowMs })).file).not.toBe(first.file);
  });

  it('removes the pictures of an event, but for a recording that another event needs', async () => {
    await pass(5);
    const first = fire();
    await pass(1);
    const second = fire();
    await pass(20);
    await pictures.close();
    await pictures.remove(first, [first, second].slice(1));
    expect(pictures.snapshots.has(first.id)).toBe(false);
    expect(pictures.hasClip(second)).toBe(true);
    await pictures.remove(second, []);
    expect(readdirSync(join(directory, 'recordings', 'yard'))).toEqual([]);
    expect(pictures.bytes).toBe(0);
  });

  it('takes no more space than it may, and never that of kept events', async () => {
    const [jpeg] = jpegs;
    const clipBytes = 100 * (jpeg?.byteLength ?? 0);
    await pictures.close();
    pictures = await open({ maxBytes: (2.5 * clipBytes) / 0.75 });
    await pass(15);
    const first = fire();
    kept.set(first.id, first);
    for (let i = 0; i < 5; i++) {
      await pass(60);
      fire();
    }
    await pass(60);
    await pictures.close();
    expect(pictures.bytes).toBeLessThanOrEqual((2.5 * clipBytes) / 0.75);
    expect(pictures.hasClip(first)).toBe(true);
    expect(readdirSync(join(directory, 'recordings', 'yard')).length).toBeLessThanOrEqual(3);
  });

  it('forgets a camera that is removed', async () => {
    await pass(5);
    fire();
    await pass(2);
    await pictures.removeCamera('yard');
    expect(readdirSync(join(directory, 'recordings'))).toEqual([]);
    expect(pictures.trouble).toBeUndefined();
  });
});

/** A disk of four megabytes. Only root may mount one, and not in every container. */
function mount(path: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', path], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

const disk = mkdtempSync(join(tmpdir(), 'lookout-disk-'));
const isMounted = mount(disk);
if (!isMounted) console.warn('the test of a full disk is skipped: a small disk can be mounted by root only');

describe.runIf(isMounted)('a full disk', () => {
  afterAll(() => {
    execFileSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true, force: true });
  });

  it('is named, and pictures are stored again once there is room', async () => {
    await pictures.close();
    pictures = await open({ directory: join(disk, 'events') });
    const filler = join(disk, 'filler');
    expect(() => {
      for (;;) appendFileSync(filler, Buffer.alloc(4096));
    }).toThrow(/ENOSPC/);
    await pass(1);
    const lost = fire();
    await pass(12);
    await pictures.snapshots.settled();
    expect(pictures.trouble).toMatch(/the disk is full/);
    expect(troubles).toHaveLength(1);
    await expect(pictures.snapshot(lost, false)).rejects.toMatchObject({ code: 'not_found' });
    rmSync(filler);
    const later = fire();
    await pass(12);
    expect((await pictures.snapshot(later, false)).byteLength).toBeGreaterThan(1000);
    await pictures.close();
    expect(pictures.trouble).toBeUndefined();
    expect(pictures.hasClip(later)).toBe(true);
  });
});
