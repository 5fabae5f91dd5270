import type { Box } from '@lookout/protocol';
import type { OtherTask, TaskModelInfo } from '@lookout/vision';
import { describe, expect, it } from 'vitest';
import type { ObservedFrame } from '../live/observed-frame.js';
import { GLANCE } from '../task-models/glance.js';
import type { LookedAt } from './camera-phrase.js';
import { OpenLane } from './open-lane.js';
import type { TrackCondition } from './track-lane.js';

const SMOKE: TrackCondition = { key: 'present|*|smoke', subject: { classes: ['*'], phrase: 'smoke' } };
const [WIDTH, HEIGHT] = [640, 360];

function model(task: OtherTask): TaskModelInfo {
  return { name: task, task, family: 'clip', graphs: {}, sha256: task, bytes: 1 };
}

/** A camera analysed at one frame per second. */
function setup({ task = 'open-detect' as OtherTask } = {}) {
  const looked: { camera: string; crop: LookedAt }[] = [];
  const state = { nowMs: 0, searches: 0, tookMs: 100, scene: 0, smoke: undefined as Box | undefined, isGone: false };
  let lastId = 100;
  const faults: unknown[] = [];
  const took = <T>(answer: T) => {
    state.searches++;
    state.nowMs += state.tookMs;
    return answer;
  };
  const lane = new OpenLane({
    models: {
      model: (asked) => (asked === task ? model(task) : undefined),
      glance: async () => new Uint8Array(GLANCE.columns * GLANCE.rows).fill(100).fill(state.scene, 0, 12),
      encodeQueries: async (texts) => ({ texts, vectors: texts.map(() => new Float32Array(1)) }),
      async openDetect() {
        const detections = state.smoke ? [{ bbox: state.smoke, score: 0.6, query: 0 }] : [];
        return took({ detections, width: WIDTH, height: HEIGHT });
      },
      // A vector is the left edge of its tile.
      embedCrops: async (_, boxes) => took(boxes.map(([x]) => new Float32Array([x]))),
    },
    scored(camera, _, crop) {
      looked.push({ camera, crop });
      const { seen } = crop;
      const score = 'score' in seen ? seen.score : state.smoke && seen.vector[0]! > 200 ? 1 : -1;
      return { score, threshold: 0, fires: score > 0 };
    },
    picture: async () => undefined,
    nextTrackId: () => ++lastId,
    onFault: (error) => faults.push(error),
    toEpoch: (timeMs) => timeMs + 1_000_000,
    now: () => state.nowMs,
  });
  /** Shows the frames of this many seconds. */
  const watch = async (seconds: number, camera = 'yard', conditions: readonly TrackCondition[] = [SMOKE]) => {
    for (let i = 0; i < seconds; i++) {
      state.nowMs += 1000;
      const frame = { timestampMs: state.nowMs, width: WIDTH, height: HEIGHT };
      const overlay = () => (state.isGone ? Promise.reject(new Error('gone')) : new Uint8Array());
      lane.observe(camera, { frame, pictures: { overlay } } as unknown as ObservedFrame, conditions);
      await new Promise(setImmediate);
    }
    return lane.found(camera, state.nowMs).map(({ id, class_name, bbox }) => [id, class_name, bbox]);
  };
  return { lane, state, watch, looked, faults };
}

describe('the open lane', () => {
  it('searches a frame when something has moved, and once a minute', async () => {
    const { state, watch } = setup();
    await watch(10);
    expect(state.searches).toBe(1);
    state.scene = 200;
    await watch(10);
    expect(state.searches).toBe(2);
    await watch(61);
    expect(state.searches).toBe(3);
  });

  it('gives an object one id, and keeps searching until it is gone', async () => {
    const { state, watch } = setup();
    state.smoke = [100, 100, 200, 200];
    expect(await watch(2)).toEqual([[101, 'smoke', [100, 100, 200, 200]]]);
    state.smoke = [110, 90, 220, 200];
    expect(await watch(2)).toEqual([[101, 'smoke', [110, 90, 220, 200]]]);
    state.smoke = undefined;
    expect(await watch(10)).toEqual([]);
    const { searches } = state;
    await watch(10);
    expect(state.searches).toBe(searches);
  });

  it('reports a frame without finds to calibration', async () => {
    const { watch, looked } = setup();
    await watch(1);
    expect(looked).toHaveLength(1);
    expect(looked[0]?.crop.seen).toMatchObject({ score: expect.closeTo(Math.log(0.01 / 0.99)) });
    expect(looked[0]?.crop.timestampMs).toBe(1_001_000);
  });

  it('compares tiles if there is no open-vocabulary detector', async () => {
    const { state, watch, looked } = setup({ task: 'embed' });
    state.smoke = [400, 0, 500, 100];
    const found = await watch(1);
    expect(looked).toHaveLength(6);
    // The firing tiles touch, so they are one object.
    expect(found.map(([, name]) => name)).toEqual(['smoke']);
  });

  it('compares only the tiles that have changed', async () => {
    const { state, watch, looked } = setup({ task: 'embed' });
    await watch(1);
    state.scene = 200;
    await watch(1);
    expect(looked.length - 6).toBe(1);
  });

  it('uses no more than half a core', async () => {
    const { lane, state, watch } = setup();
    state.smoke = [100, 100, 200, 200];
    state.tookMs = 4000;
    await watch(40);
    expect(state.searches).toBeGreaterThan(3);
    expect(state.searches * state.tookMs).toBeLessThan(0.6 * state.nowMs);
    expect(lane.everyS).toBeCloseTo(8, 0);
  });

  it('does nothing without a phrase, and forgets the finds of a phrase that is gone', async () => {
    const { state, watch } = setup();
    state.smoke = [100, 100, 200, 200];
    await watch(2);
    expect(await watch(1, 'yard', [])).toEqual([]);
    const { searches } = state;
    await watch(5, 'yard', [{ key: 'absent|*|smoke', subject: { ...SMOKE.subject, polarity: 'absent' } }]);
    expect(state.searches).toBe(searches);
  });

  it('goes on after a frame that is gone', async () => {
    const { state, watch, faults } = setup();
    state.isGone = true;
    await watch(1);
    expect(faults).toHaveLength(1);
    state.isGone = false;
    await watch(25);
    expect(state.searches).toBe(1);
  });
});
