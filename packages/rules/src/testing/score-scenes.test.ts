import { describe, expect, it } from 'vitest';
import { SCENE_NAMES, scoreScenes } from './score-scenes.js';
import { NO_NOISE } from './simulated-vision.js';

/** Scenes of each kind here; the bench `rule-scenes` plays more. */
const SCENES_PER_KIND = 12;

describe('simulated scenes', () => {
  it.each(SCENE_NAMES)('%s is told when it happens and not when it nearly does', (name) => {
    const score = scoreScenes(name, SCENES_PER_KIND);
    expect(score.recall, score.faults.join('\n')).toBeGreaterThanOrEqual(0.9);
    expect(score.precision, score.faults.join('\n')).toBeGreaterThanOrEqual(0.9);
  });

  it.each(SCENE_NAMES)('%s is told without fault when every box is exact', (name) => {
    expect(scoreScenes(name, 6, NO_NOISE).faults).toEqual([]);
  });
});
