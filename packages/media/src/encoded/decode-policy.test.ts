import { describe, expect, it } from 'vitest';
import { DecodePolicy } from './decode-policy.js';

/** 25 packets a second with a keyframe every second, of which a picture has been decoded. */
function running({ groupSize = 25, seconds = 5 } = {}): DecodePolicy {
  const policy = new DecodePolicy();
  policy.begin();
  for (let i = 0; i < seconds * 25; i++) policy.packet(i % groupSize === 0, i * 40);
  policy.decoded();
  return policy;
}

function busy(policy: DecodePolicy, share: number, seconds: number): void {
  for (let second = 0; second < seconds; second++) policy.load(share);
}

describe('DecodePolicy', () => {
  it.each<[string, number, string]>([
    ['nobody needs a picture', 0, 'off'],
    ['somebody needs fewer frames than there are keyframes', 0.5, 'keyframes'],
    ['somebody needs as many as there are keyframes', 1, 'all'],
    ['somebody needs more', 5, 'all'],
    ['somebody needs everything', Number.POSITIVE_INFINITY, 'all'],
  ])('when %s (%f per second): %s', (_, fps, mode) => {
    const policy = running();
    policy.need(fps);
    expect(policy.mode).toBe(mode);
  });

  it('decodes everything unless it is told what is needed', () => {
    expect(running().mode).toBe('all');
  });

  it('decodes one picture of each connection, whatever is needed', () => {
    const policy = new DecodePolicy();
    policy.need(0);
    expect(policy.mode).toBe('all');
    policy.packet(true, 0);
    policy.packet(false, 40);
    expect(policy.mode, 'B-frames hold the first picture back').toBe('all');
    policy.decoded();
    expect(policy.mode).toBe('off');
    policy.begin();
    expect(policy.mode).toBe('all');
  });

  it('decodes one more picture when the stream has changed', () => {
    const policy = new DecodePolicy();
    policy.need(0);
    policy.begin();
    policy.decoded();
    expect(policy.mode).toBe('off');
    policy.changed();
    expect(policy.mode).toBe('all');
    policy.decoded();
    expect(policy.mode).toBe('off');
  });

  it('knows no keyframe rate before it has seen two', () => {
    const policy = running({ groupSize: 1000 });
    policy.need(0.1);
    expect(policy.mode).toBe('all');
  });

  it('relies on the longest of the last intervals, and on none that has been exceeded', () => {
    const policy = running();
    policy.need(0.4);
    expect(policy.mode).toBe('keyframes');
    for (let i = 0; i < 100; i++) policy.packet(false, 5000 + i * 40);
    expect(policy.mode, 'four seconds without a keyframe').toBe('all');
    policy.packet(true, 9000);
    expect(policy.mode).toBe('all');
    for (let i = 1; i <= 3; i++) policy.packet(true, 9000 + i * 1000);
    expect(policy.mode).toBe('keyframes');
  });

  it('decodes all packets of a stream of keyframes', () => {
    const policy = running({ groupSize: 1 });
    policy.need(0.5);
    busy(policy, 1, 10);
    expect(policy.mode).toBe('all');
    expect(policy.overloaded).toBe(false);
  });

  it('drops to keyframes when the thread can’t keep up for three seconds, and not for one', () => {
    const policy = running();
    busy(policy, 1, 2);
    busy(policy, 0.5, 1);
    busy(policy, 1, 2);
    expect(policy.mode).toBe('all');
    policy.load(1);
    expect(policy.mode).toBe('keyframes');
    expect(policy.overloaded).toBe(true);
    policy.need(0);
    expect(policy.mode).toBe('off');
  });

  it('tries again once there is time, later after each relapse', () => {
    const policy = running();
    const waits: number[] = [];
    for (let round = 0; round < 7; round++) {
      busy(policy, 1, 3);
      expect(policy.overloaded).toBe(true);
      let seconds = 0;
      for (; policy.overloaded; seconds++) policy.load(0.1);
      waits.push(seconds);
    }
    expect(waits).toEqual([10, 20, 40, 80, 160, 160, 160]);
    busy(policy, 0.5, 60);
    busy(policy, 1, 3);
    busy(policy, 0.1, 10);
    expect(policy.overloaded, 'after a minute without, it counts as the first').toBe(false);
  });

  it('stays with keyframes while even those keep the thread busy', () => {
    const policy = running();
    busy(policy, 1, 3);
    busy(policy, 0.8, 100);
    expect(policy.overloaded).toBe(true);
  });

  it('never leaves a stream without keyframes dark', () => {
    const policy = new DecodePolicy();
    for (let i = 0; i < 500; i++) policy.packet(false, i * 40);
    policy.decoded();
    busy(policy, 1, 10);
    policy.need(0.01);
    expect(policy.mode).toBe('all');
  });
});
