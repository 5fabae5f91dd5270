import type { JpegFrame } from '@lookout/media';
import type { TrackedObject } from '@lookout/vision';
import { describe, expect, it } from 'vitest';
import type { AnalysisJob, AnalysisResult } from '../analysis/analysis-job.js';
import { PictureSet } from '../live/picture-set.js';
import { Thumbnails } from './thumbnails.js';

/** A camera of five frames a second whose thumbnails are made by hand. */
function setup() {
  const jobs: AnalysisJob[] = [];
  let isBroken = false;
  const runSoon = async (job: AnalysisJob): Promise<AnalysisResult> => {
    jobs.push(job);
    if (isBroken) throw new Error('no worker');
    const jpegs = [{ quality: 60, jpeg: new Uint8Array([jobs.length]) }];
    return { packed: new Float32Array(), jpegs, decodeMs: 0, inferMs: 0, drawMs: 0, encodeMs: 0 };
  };
  const thumbnails = new Thumbnails({ runSoon });
  let ms = 0;
  const watch = async (seconds: number, seen: 'nothing' | 'resident' | 'person' | 'unseen') => {
    for (const end = ms + 1000 * seconds; ms < end; ) {
      ms += 200;
      const frame = { kind: 'jpeg', timestampMs: ms, jpeg: new Uint8Array(8) } as unknown as JpegFrame;
      const pictures = new PictureSet(frame, { runSoon, onEncode: () => undefined });
      const object = { lastSeenMs: seen === 'unseen' ? ms - 400 : ms, isResident: seen === 'resident' };
      const objects = seen === 'nothing' ? [] : [object as TrackedObject];
      thumbnails.observe('yard', { frame, pictures, objects, spots: [], looks: undefined });
      await new Promise(setImmediate);
    }
  };
  return { thumbnails, jobs, watch, breakDown: () => (isBroken = true) };
}

describe('Thumbnails', () => {
  it('makes one every four seconds while something is to be seen', async () => {
    const { thumbnails, jobs, watch } = setup();
    await watch(20, 'nothing');
    await watch(20, 'unseen');
    expect(jobs).toHaveLength(0);
    await watch(20, 'person');
    expect(jobs).toHaveLength(5);
    expect(jobs[0]?.encode).toMatchObject({ detections: [], maxSide: 320 });
    expect(thumbnails.at('yard', 40_500)?.timestampMs).toBe(40_200);
    expect(thumbnails.at('yard', 20_000)).toBeUndefined();
    expect(thumbnails.at('gate', 40_500)).toBeUndefined();
  });

  it('makes few of a scene with nothing but known still objects', async () => {
    const { jobs, watch } = setup();
    await watch(60, 'resident');
    expect(jobs).toHaveLength(2);
  });

  it('goes on when one can’t be made, and forgets a camera that is gone', async () => {
    const { thumbnails, jobs, watch, breakDown } = setup();
    await watch(5, 'person');
    thumbnails.remove('yard');
    expect(thumbnails.at('yard', 200)).toBeUndefined();
    breakDown();
    await watch(10, 'person');
    expect(jobs.length).toBeGreaterThan(3);
    expect(thumbnails.at('yard', 6000)).toBeUndefined();
  });
});
