import { describe, expect, it } from 'vitest';
import type { Recording } from './clip-archive.js';
import type { RecordedFrame } from './clip-file.js';
import { ClipRecorder } from './clip-recorder.js';

const jpeg = new Uint8Array(1000);

/** A recorder of one camera whose frames come five a second, and what it wrote. */
function setup({ maxBytes = Number.POSITIVE_INFINITY, failsAt = Number.POSITIVE_INFINITY } = {}) {
  const files: RecordedFrame[][] = [];
  const faults: unknown[] = [];
  const recent: RecordedFrame[] = [];
  let bytes = 0;
  const recorder = new ClipRecorder({
    archive: {
      begin: async (camera: string, startMs: number): Promise<Recording> => ({
        camera,
        startMs,
        endMs: startMs,
        bytes: 0,
        path: '',
        isOpen: true,
      }),
      reserve: async (_recording: Recording, more: number) => {
        bytes += more;
        return bytes <= maxBytes;
      },
      grew: () => undefined,
      finish: async () => undefined,
    },
    createFile: async () => {
      const frames: RecordedFrame[] = [];
      files.push(frames);
      return {
        append: async (more: readonly RecordedFrame[]) => {
          if (frames.length >= failsAt) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
          frames.push(...more);
        },
        close: async () => undefined,
      };
    },
    recent: (_camera, sinceMs) => recent.filter(({ timestampMs }) => timestampMs >= sinceMs),
    onFault: (_camera, error) => faults.push(error),
    onWritten: () => undefined,
  });
  let now = 0;
  /** Lets frames pass until a time, with the disk keeping up. */
  const until = async (timeMs: number) => {
    for (; now < timeMs; now += 200) {
      const frame = { timestampMs: now, jpeg };
      recent.push(frame);
      recorder.frame('yard', frame);
      await new Promise(setImmediate);
    }
  };
  const spans = () => files.map((frames) => [frames[0]?.timestampMs, frames.at(-1)?.timestampMs]);
  return { recorder, until, spans, files, faults };
}

describe('ClipRecorder', () => {
  it('records 10 s before an event until 10 s after it', async () => {
    const { recorder, until, spans, files } = setup();
    await until(30_000);
    recorder.fired('yard', 'e1', 30_000);
    expect(recorder.isRecording('yard', 30_000)).toBe(true);
    await until(34_000);
    recorder.ended('yard', 'e1', 34_000);
    await until(60_000);
    await recorder.settled();
    expect(spans()).toEqual([[20_000, 44_000]]);
    expect(files[0]).toHaveLength(121);
    expect(recorder.isRecording('yard', 30_000)).toBe(false);
  });

  it('keeps the first minute of an event that goes on for longer', async () => {
    const { recorder, until, spans } = setup();
    await until(30_000);
    recorder.fired('yard', 'e1', 30_000);
    await until(200_000);
    await recorder.settled();
    expect(spans()).toEqual([[20_000, 80_000]]);
  });

  it('records the frames of many events once, and gives each its 10 s after', async () => {
    const { recorder, until, spans } = setup();
    await until(30_000);
    for (let ms = 30_000; ms < 90_000; ms += 200) {
      recorder.fired('yard', `e${ms}`, ms);
      await until(ms + 200);
      recorder.ended('yard', `e${ms}`, ms + 200);
    }
    await until(150_000);
    await recorder.settled();
    expect(spans()).toEqual([
      [20_000, 80_000],
      [60_200, 100_000],
    ]);
  });

  it('keeps cameras apart, and ends with the camera', async () => {
    const { recorder, until, spans } = setup();
    await until(30_000);
    recorder.fired('yard', 'e1', 30_000);
    await until(31_000);
    recorder.frame('gate', { timestampMs: 31_000, jpeg });
    recorder.closed('yard');
    await until(40_000);
    await recorder.settled();
    expect(spans()).toEqual([[20_000, 30_800]]);
  });

  it('ends a recording when the clock is set back', async () => {
    const { recorder, until, spans } = setup();
    await until(30_000);
    recorder.fired('yard', 'e1', 30_000);
    recorder.frame('yard', { timestampMs: 1000, jpeg });
    await recorder.settled();
    expect(spans()).toEqual([[20_000, 29_800]]);
  });

  it('says when the disk is full, and goes on with the next event', async () => {
    const { recorder, until, faults, files } = setup({ failsAt: 60 });
    await until(30_000);
    recorder.fired('yard', 'e1', 30_000);
    await until(50_000);
    await recorder.settled();
    expect(faults).toEqual([expect.objectContaining({ code: 'ENOSPC' })]);
    expect(recorder.isRecording('yard', 50_000)).toBe(false);
    recorder.fired('yard', 'e2', 50_000);
    await until(51_000);
    expect(files).toHaveLength(2);
  });

  it('says when there is no room', async () => {
    const { recorder, until, faults } = setup({ maxBytes: 60_000 });
    await until(30_000);
    recorder.fired('yard', 'e1', 30_000);
    await until(50_000);
    await recorder.settled();
    expect(faults).toEqual([expect.objectContaining({ code: 'storage_failed' })]);
  });

  it('completes what is being recorded when it is closed', async () => {
    const { recorder, until, spans } = setup();
    await until(30_000);
    recorder.fired('yard', 'e1', 30_000);
    await until(33_000);
    await recorder.close();
    expect(spans()).toEqual([[20_000, 32_800]]);
  });
});
