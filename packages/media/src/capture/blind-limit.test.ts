import { expect, it } from 'vitest';
import { BlindLimit } from './blind-limit.js';

const MB = 1024 * 1024;

it('ends what sends 64 MB without a picture', () => {
  const limit = new BlindLimit(() => 0);
  limit.spend(64 * MB);
  limit.reset();
  limit.spend(64 * MB);
  expect(() => limit.spend(1)).toThrow(expect.objectContaining({ code: 'camera_unsupported' }));
});

it('ends what sends for a minute without a picture', () => {
  let now = 0;
  const limit = new BlindLimit(() => now);
  limit.spend(1);
  now = 60_000;
  limit.spend(1);
  limit.reset();
  // What waits for its turn to be shown is no silence of the camera.
  now = 500_000;
  limit.spend(1);
  now = 560_001;
  expect(() => limit.spend(1)).toThrow(expect.objectContaining({ code: 'camera_stalled' }));
});
