import type { JpegFrame } from '@lookout/media';
import type { Box } from '@lookout/protocol';
import { phraseKey } from '@lookout/rules';
import type { TaskModelInfo, TrackedObject } from '@lookout/vision';
import { describe, expect, it } from 'vitest';
import { PictureSet } from '../live/picture-set.js';
import type { TrackLook } from './track-embeddings.js';
import { type TrackCondition, TrackLane } from './track-lane.js';

const MODEL: TaskModelInfo = { name: 'tiny', task: 'embed', family: 'clip', graphs: {}, sha256: 'a', bytes: 1 };
const JPEG = new Uint8Array([0xff, 0xd8]);

function condition(phrase: string, polarity: 'present' | 'absent' = 'present'): TrackCondition {
  const subject = { classes: ['person'], phrase, polarity };
  return { key: phraseKey(subject), subject };
}

/** A camera at ten frames per second, and a model whose score is the left edge of the box. */
function setup(conditions: TrackCondition[], { hasModel = true, stuck = false } = {}) {
  const jobs: (readonly Box[])[] = [];
  const embedded: TrackLook[] = [];
  const faults: unknown[] = [];
  let ms = 0;
  let failure: Error | undefined;
  const lane = new TrackLane({
    models: {
      model: () => (hasModel ? MODEL : undefined),
      async embedCrops(_picture, boxes) {
        jobs.push(boxes);
        if (failure) throw failure;
        if (stuck) await new Promise(() => undefined);
        return boxes.map(([left]) => Float32Array.of(left));
      },
    },
    cropsPerSecond: 10,
    conditions: () => conditions,
    scored(_camera, _key, { seen, sidePx }) {
      if (sidePx < 32 || !('vector' in seen)) return undefined;
      const [score] = seen.vector;
      return { score: score!, threshold: 50, fires: score! > 50 };
    },
    picture: async () => undefined,
    onEmbedded: (crop) => embedded.push(crop),
    onFault: (error) => faults.push(error),
    toEpoch: (timeMs) => timeMs,
    now: () => ms,
  });
  const watch = async (seconds: number, boxes: Record<number, Box>, className = 'person') => {
    for (const until = ms + seconds * 1000; ms < until; ) {
      ms += 100;
      const frame = { kind: 'jpeg', timestampMs: ms, width: 640, height: 480, jpeg: JPEG } as unknown as JpegFrame;
      const pictures = new PictureSet(frame, { runSoon: () => Promise.reject(new Error()), onEncode: () => undefined });
      const objects = Object.entries(boxes).map(([id, bbox]): TrackedObject => {
        const times = { firstSeenMs: 0, confirmedMs: 0, lastSeenMs: ms };
        return {
          id: Number(id),
          class_id: 0,
          class_name: className,
          bbox,
          confidence: 1,
          velocity: [0, 0],
          ...times,
          isResident: false,
        };
      });
      lane.observe('yard', { frame, pictures, objects, spots: [], looks: undefined });
      await new Promise(setImmediate);
    }
  };
  const fail = (error: Error | undefined) => {
    failure = error;
  };
  return { lane, jobs, embedded, faults, watch, fail };
}

const red = condition('red jacket');
const bare = condition('helmet', 'absent');
const like: Box = [100, 0, 200, 300];
const unlike: Box = [10, 0, 110, 300];

describe('TrackLane', () => {
  it('finds the objects that match a phrase by looking at each now and then', async () => {
    const { lane, jobs, watch } = setup([red]);
    await watch(20, { 1: like, 2: unlike });
    expect(lane.fulfilled('yard', 1)).toEqual(new Set([red.key]));
    expect(lane.fulfilled('yard', 2).size).toBe(0);
    expect(jobs.length).toBeLessThan(10);
  });

  it('runs the model once for all phrases', async () => {
    const { lane, jobs, watch } = setup([red, condition('hat')]);
    await watch(2, { 1: like });
    expect(jobs).toEqual([[like]]);
    expect(lane.fulfilled('yard', 1).size).toBe(2);
  });

  it('looks three times within seconds before it reports absence', async () => {
    const { lane, jobs, watch } = setup([bare]);
    await watch(2, { 1: like });
    expect(lane.fulfilled('yard', 1).size).toBe(0);
    await watch(2, { 1: like });
    expect([lane.fulfilled('yard', 1), jobs.length]).toEqual([new Set([bare.key]), 3]);
  });

  it('passes on the looks at all objects for searches', async () => {
    const { embedded, watch } = setup([]);
    await watch(10, { 7: like }, 'dog');
    expect(embedded).toMatchObject([{ camera: 'yard', track: 7, className: 'dog', bbox: like, frameSize: [640, 480] }]);
  });

  it('does not judge objects that are too small or of another class', async () => {
    const small = setup([red]);
    await small.watch(3, { 1: [100, 0, 120, 300] });
    expect(small.lane.fulfilled('yard', 1).size).toBe(0);
    const dogs = setup([red]);
    await dogs.watch(3, { 1: like }, 'dog');
    expect(dogs.lane.fulfilled('yard', 1).size).toBe(0);
  });

  it('does nothing without a model, and one thing at a time', async () => {
    const none = setup([red], { hasModel: false });
    await none.watch(5, { 1: like });
    expect(none.jobs).toHaveLength(0);
    const stuck = setup([red], { stuck: true });
    await stuck.watch(20, { 1: like, 2: like });
    expect(stuck.jobs).toHaveLength(1);
  });

  it('goes on after a failure, and forgets what is gone', async () => {
    const { lane, faults, watch, fail } = setup([red]);
    fail(new Error('the model failed'));
    await watch(2, { 1: like });
    expect(faults).toHaveLength(1);
    fail(undefined);
    await watch(6, { 1: like });
    expect(lane.fulfilled('yard', 1).size).toBe(1);
    await watch(1, {});
    expect(lane.fulfilled('yard', 1).size).toBe(0);
    lane.removeCamera('yard');
  });

  it('judges objects again after the model has changed', async () => {
    const { lane, watch } = setup([red]);
    await watch(2, { 1: like });
    lane.forgetVerdicts();
    expect(lane.fulfilled('yard', 1).size).toBe(0);
    await watch(5, { 1: like });
    expect(lane.fulfilled('yard', 1).size).toBe(1);
  });
});
