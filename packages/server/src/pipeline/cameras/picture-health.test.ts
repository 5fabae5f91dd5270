import { LookoutError } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { PictureHealth } from './picture-health.js';

const broken = new LookoutError('frame_invalid', 'it is cut off');
const failed = new LookoutError('inference_failed', 'the model threw');

describe('PictureHealth', () => {
  it('bears with some broken pictures among good ones', () => {
    const health = new PictureHealth();
    for (let ms = 0; ms < 10_000; ms += 100) {
      if (ms % 500 === 0) health.good('received');
      else health.failed('received', broken, ms);
      expect(health.trouble(ms)).toBeUndefined();
    }
  });

  it('tells when all are broken, and says so no more with the first good one', () => {
    const health = new PictureHealth();
    for (let ms = 0; ms < 2000; ms += 100) {
      health.failed('decoded', broken, ms);
      expect(health.trouble(ms)).toBeUndefined();
    }
    health.failed('decoded', broken, 2000);
    expect(health.trouble(2000)).toEqual({
      state: 'unsupported',
      reason: 'Frames arrive, but none can be decoded: it is cut off',
      error: broken,
    });
    // That their headers are well says nothing of what is in them.
    health.good('received');
    expect(health.trouble(2100)?.state).toBe('unsupported');
    health.good('decoded');
    expect(health.trouble(2100)).toBeUndefined();
  });

  it('does not take two broken pictures for all, however far apart', () => {
    const health = new PictureHealth();
    health.failed('received', broken, 0);
    health.failed('received', broken, 60_000);
    expect(health.trouble(60_000)).toBeUndefined();
  });

  it('keeps a camera live whose pictures only the model fails at', () => {
    const health = new PictureHealth();
    for (let ms = 0; ms <= 3000; ms += 100) health.failed('analysed', failed, ms);
    expect(health.trouble(3000)).toEqual({
      state: 'live',
      reason: 'Frames arrive, but none can be analysed: the model threw',
      error: undefined,
    });
    for (let ms = 3000; ms <= 6000; ms += 100) health.failed('decoded', broken, ms);
    expect(health.trouble(6000)?.state).toBe('unsupported');
    health.reset();
    expect(health.trouble(6000)).toBeUndefined();
  });
});
