import { describe, expect, it } from 'vitest';
import { PUBLISHER_START, type PublisherLoad, type PublisherState, stepPublisher } from './publisher-controller.js';

/** Steps four times a second with what `load` says. */
function run(seconds: number, load: (second: number) => Partial<PublisherLoad>) {
  let state: PublisherState = PUBLISHER_START;
  const told: Array<{ second: number; control: PublisherState['control'] }> = [];
  for (let i = 0; i < seconds * 4; i++) {
    const before = state.control;
    state = stepPublisher(state, {
      nowMs: i * 250,
      measure: undefined,
      picturesFps: 0,
      analysesFps: 30,
      capacityFps: Number.POSITIVE_INFINITY,
      ...load(i / 4),
    });
    if (state.control !== before) told.push({ second: i / 4, control: state.control });
  }
  return { state, told };
}

describe('stepPublisher', () => {
  it('asks for the rate that somebody has a use for', () => {
    expect(run(5, () => ({ analysesFps: 2 })).state.control).toMatchObject({ fps: 5, reason: 'demand' });
    expect(run(5, () => ({ analysesFps: 15 })).state.control).toMatchObject({ fps: 15, reason: 'demand' });
    expect(run(5, () => ({ analysesFps: 2, picturesFps: 25 })).state.control).toMatchObject({ fps: 25 });
  });

  it('gives a viewer that comes the rate within a second', () => {
    const { told } = run(20, (second) => ({ analysesFps: second < 10 ? 2 : 30 }));
    expect(told.at(-1)?.control.fps).toBe(30);
    expect(told.at(-1)?.second).toBeLessThanOrEqual(11);
  });

  it('asks for little more than can be analysed, and says why', () => {
    expect(run(20, () => ({ capacityFps: 12 })).state.control).toMatchObject({ fps: 14, reason: 'inference-load' });
  });

  it('sends frames that are taken unanalysed whatever the workers can do', () => {
    expect(run(20, () => ({ capacityFps: 12, picturesFps: 30 })).state.control).toMatchObject({ fps: 30 });
  });

  it('tells at most once a second, whatever happens', () => {
    const { told } = run(60, (second) => ({
      analysesFps: second % 1 < 0.5 ? 10 : 30,
      capacityFps: 5 + 40 * (second % 3),
    }));
    for (let i = 1; i < told.length; i++) {
      expect((told[i]?.second ?? 0) - (told[i - 1]?.second ?? 0)).toBeGreaterThanOrEqual(1);
    }
    expect(told.length).toBeGreaterThan(5);
  });
});
