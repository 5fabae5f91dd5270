import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClipArchive, type Recording } from './clip-archive.js';
import { ClipFileWriter, readClipFile, recordedBytes } from './clip-file.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-clips-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const jpeg = Buffer.alloc(988, 7);
const FRAME_BYTES = recordedBytes(jpeg);

function open({
  maxBytes = 1e6,
  isKept = () => false,
}: {
  maxBytes?: number;
  isKept?: (one: Recording) => boolean;
} = {}) {
  return ClipArchive.open({ directory, maxBytes, isKept });
}

/** A recording of so many frames, five a second. */
async function record(archive: ClipArchive, camera: string, startMs: number, count: number): Promise<Recording> {
  const recording = await archive.begin(camera, startMs);
  const file = await ClipFileWriter.create(recording.path);
  for (let i = 0; i < count; i++) {
    const timestampMs = startMs + 200 * i;
    if (!(await archive.reserve(recording, FRAME_BYTES))) break;
    await file.append([{ timestampMs, jpeg }]);
    archive.grew(recording, timestampMs);
  }
  await file.close();
  await archive.finish(recording);
  return recording;
}

async function timesIn(path: string): Promise<number[]> {
  const times: number[] = [];
  for await (const { timestampMs } of readClipFile(path)) times.push(timestampMs);
  return times;
}

describe('ClipArchive', () => {
  it('finds the recording of a camera at a time, after a restart too', async () => {
    const first = await open();
    await record(first, 'yard', 10_000, 10);
    await record(first, 'yard', 20_000, 10);
    for (const archive of [first, await open()]) {
      expect(archive.find('yard', 11_000)).toMatchObject({ startMs: 10_000, endMs: 11_800, bytes: 10 * FRAME_BYTES });
      expect(archive.find('yard', 15_000)).toBeUndefined();
      expect(archive.find('gate', 11_000)).toBeUndefined();
      expect(archive.bytes).toBe(20 * FRAME_BYTES);
    }
    expect(await timesIn(first.find('yard', 20_000)?.path ?? '')).toHaveLength(10);
  });

  it('prefers the recording that goes on for longer where two overlap', async () => {
    const archive = await open();
    await record(archive, 'yard', 10_000, 50);
    await record(archive, 'yard', 18_000, 50);
    expect(archive.find('yard', 19_000)?.startMs).toBe(18_000);
  });

  it('finds a recording while it is being written', async () => {
    const archive = await open();
    const recording = await archive.begin('yard', 10_000);
    await archive.reserve(recording, FRAME_BYTES);
    archive.grew(recording, 10_400);
    expect(archive.find('yard', 10_200)).toBe(recording);
  });

  it('removes the oldest at once when the space gets smaller', async () => {
    const space = { maxBytes: 1e6 };
    const archive = await ClipArchive.open({
      directory,
      get maxBytes() {
        return space.maxBytes;
      },
      isKept: () => false,
    });
    await record(archive, 'yard', 10_000, 10);
    await record(archive, 'gate', 20_000, 10);
    space.maxBytes = 15 * FRAME_BYTES;
    await archive.shrink();
    expect(archive.bytes).toBe(10 * FRAME_BYTES);
    expect(archive.find('yard', 11_000)).toBeUndefined();
    expect(archive.find('gate', 21_000)).toBeDefined();
  });

  it('completes what a killed process left, without the frame that it was writing', async () => {
    mkdirSync(join(directory, 'yard'));
    const path = join(directory, 'yard', '10000-1.part');
    const file = await ClipFileWriter.create(path);
    await file.append([0, 200, 400].map((ms) => ({ timestampMs: 10_000 + ms, jpeg })));
    await file.close();
    truncateSync(path, 3 * FRAME_BYTES - 100);
    writeFileSync(join(directory, 'yard', '30000-1.part'), 'x');
    const archive = await open();
    expect(archive.find('yard', 10_100)).toMatchObject({ startMs: 10_000, endMs: 10_200 });
    expect(readdirSync(join(directory, 'yard'))).toEqual(['10000-10200.frames']);
    expect(await timesIn(archive.find('yard', 10_100)?.path ?? '')).toEqual([10_000, 10_200]);
  });

  it('leaves no file of a recording without frames', async () => {
    const archive = await open();
    await record(archive, 'yard', 10_000, 0);
    expect(readdirSync(join(directory, 'yard'))).toEqual([]);
    expect(archive.find('yard', 10_000)).toBeUndefined();
  });

  it('removes the oldest recordings to make room, of whatever camera, and never takes more space', async () => {
    const archive = await open({ maxBytes: 25 * FRAME_BYTES });
    await record(archive, 'yard', 10_000, 10);
    await record(archive, 'gate', 20_000, 10);
    await record(archive, 'yard', 30_000, 10);
    expect(archive.find('yard', 10_000)).toBeUndefined();
    expect(archive.find('gate', 20_000)).toBeDefined();
    await record(archive, 'yard', 40_000, 20);
    expect(archive.find('gate', 20_000)).toBeUndefined();
    expect(archive.find('yard', 30_000)).toBeUndefined();
    expect(archive.bytes).toBe(20 * FRAME_BYTES);
    expect(readdirSync(join(directory, 'gate'))).toEqual([]);
  });

  it('never removes what is to be kept: new recordings end early instead', async () => {
    const archive = await open({ maxBytes: 15 * FRAME_BYTES, isKept: ({ startMs }) => startMs === 10_000 });
    await record(archive, 'yard', 10_000, 10);
    await record(archive, 'yard', 20_000, 10);
    expect(archive.find('yard', 10_000)).toBeDefined();
    expect(archive.find('yard', 20_000)).toMatchObject({ bytes: 5 * FRAME_BYTES, endMs: 20_800 });
    await archive.removeBefore(1e9);
    expect(archive.find('yard', 10_000)).toBeDefined();
    expect(archive.find('yard', 20_000)).toBeUndefined();
  });

  it('removes what no event needs any more, and all of a camera', async () => {
    const archive = await open();
    await record(archive, 'yard', 10_000, 10);
    await record(archive, 'yard', 20_000, 10);
    await archive.removeUnless('yard', ({ startMs }) => startMs === 20_000);
    expect(archive.find('yard', 10_000)).toBeUndefined();
    await archive.removeCamera('yard');
    expect(existsSync(join(directory, 'yard'))).toBe(false);
    expect(archive.bytes).toBe(0);
  });
});
