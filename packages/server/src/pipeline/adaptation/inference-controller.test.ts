import { describe, expect, it } from 'vitest';
import { INFERENCE_START, type InferenceControllerState, stepInference } from './inference-controller.js';

/** A machine of `workers` cores on which one inference at 416 takes `msAt416`, asked for `wanted` frames a second. */
function simulate(
  seconds: number,
  machine: (second: number) => { workers: number; msAt416: number; wanted: number },
  start: InferenceControllerState = INFERENCE_START,
) {
  const sizes: number[] = [];
  let state = start;
  for (let second = 0; second < seconds; second++) {
    const { workers, msAt416, wanted } = machine(second);
    const inferenceMs = msAt416 * (state.size / 416) ** 2;
    const capacity = (workers * 1000) / inferenceMs;
    const analysed = Math.min(wanted, capacity);
    state = stepInference(state, { wanted, analysed, inferenceMs, utilisation: Math.min(1, analysed / capacity) });
    sizes.push(state.size);
  }
  return { state, sizes, changes: sizes.filter((size, i) => i > 0 && size !== sizes[i - 1]).length };
}

describe('stepInference', () => {
  it('stays at the normal size where the machine keeps up', () => {
    expect(simulate(120, () => ({ workers: 2, msAt416: 15, wanted: 30 })).changes).toBe(0);
  });

  it('shrinks within seconds when eight cameras join, and settles', () => {
    const { sizes } = simulate(120, () => ({ workers: 2, msAt416: 19, wanted: 150 }));
    expect(sizes[12]).toBeLessThan(416);
    const late = sizes.slice(30);
    expect(new Set(late).size).toBeLessThanOrEqual(2);
    const reversals = late.filter((size, i) => i > 0 && size !== late[i - 1]).length;
    expect(reversals).toBeLessThanOrEqual(3);
  });

  it('goes no lower than 320 however great the load', () => {
    const { state } = simulate(60, () => ({ workers: 1, msAt416: 100, wanted: 240 }));
    expect(state.size).toBe(320);
    expect(state.confidence).toBeGreaterThanOrEqual(0.25);
    expect(state.confidence).toBeLessThanOrEqual(0.5);
  });

  it('comes back to the normal size when the load is gone', () => {
    const { sizes } = simulate(90, (second) => ({ workers: 2, msAt416: 19, wanted: second < 30 ? 240 : 30 }));
    expect(sizes[29]).toBe(320);
    expect(sizes[89]).toBe(416);
  });

  it('grows to 640 only on a machine that infers in a few milliseconds', () => {
    expect(simulate(120, () => ({ workers: 1, msAt416: 2, wanted: 30 })).state.size).toBe(640);
    expect(simulate(120, () => ({ workers: 8, msAt416: 15, wanted: 30 })).state.size).toBe(416);
  });

  it('does nothing while nothing is wanted', () => {
    let state = INFERENCE_START;
    for (let i = 0; i < 60; i++)
      state = stepInference(state, { wanted: 0, analysed: 0, inferenceMs: undefined, utilisation: 0 });
    expect(state.size).toBe(416);
  });
});
