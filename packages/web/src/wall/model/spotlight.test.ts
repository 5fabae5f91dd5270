import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_SHOWN_MS, REST_MS, SHOWN_MS, Spotlight } from './spotlight.js';

let spotlight: Spotlight;
beforeEach(() => {
  spotlight = new Spotlight();
});

const camera = () => spotlight.shown?.camera;
const after = (nowMs: number) => {
  spotlight.tick(nowMs);
  return camera();
};

describe('a camera where something moves', () => {
  it('is large for some seconds, then all are seen again', () => {
    spotlight.report('yard', 'object', 1000);
    expect(spotlight.shown).toMatchObject({ camera: 'yard', cause: 'object' });
    expect(after(1000 + SHOWN_MS - 1)).toBe('yard');
    expect(after(1000 + SHOWN_MS)).toBeUndefined();
  });

  it('stays while more happens there, up to a limit', () => {
    let now = 0;
    for (; now < MAX_SHOWN_MS; now += 1000) spotlight.report('yard', 'object', now);
    expect(camera()).toBe('yard');
    expect(after(MAX_SHOWN_MS)).toBeUndefined();
  });

  it('leaves time to see all cameras before another is large', () => {
    spotlight.report('yard', 'object', 0);
    spotlight.report('hall', 'object', SHOWN_MS);
    expect(camera()).toBeUndefined();
    spotlight.report('hall', 'object', SHOWN_MS + REST_MS - 1);
    expect(camera()).toBeUndefined();
    spotlight.report('hall', 'object', SHOWN_MS + REST_MS);
    expect(camera()).toBe('hall');
  });

  it('is not replaced by something new elsewhere', () => {
    spotlight.report('yard', 'object', 0);
    spotlight.report('hall', 'object', 100);
    expect(camera()).toBe('yard');
    expect(after(SHOWN_MS)).toBeUndefined();
  });

  it('can be sent back, and rests then', () => {
    spotlight.report('yard', 'warning', 0);
    spotlight.report('hall', 'warning', 50);
    spotlight.dismiss(100);
    expect(camera()).toBeUndefined();
    spotlight.report('yard', 'object', 200);
    expect(camera()).toBeUndefined();
  });
});

describe('a warning', () => {
  it('takes the place of something new at once, and does not wait for the rest', () => {
    spotlight.report('yard', 'object', 0);
    spotlight.report('hall', 'warning', 100);
    expect(spotlight.shown).toMatchObject({ camera: 'hall', cause: 'warning' });
    expect(after(100 + SHOWN_MS)).toBeUndefined();
    spotlight.report('yard', 'warning', 100 + SHOWN_MS + 1);
    expect(camera()).toBe('yard');
  });

  it('tells that it is one on a camera that is large already', () => {
    spotlight.report('yard', 'object', 0);
    spotlight.report('yard', 'warning', 10);
    expect(spotlight.shown).toMatchObject({ camera: 'yard', cause: 'warning' });
  });

  it('waits for another to be over; only the newest does', () => {
    spotlight.report('yard', 'warning', 0);
    for (const [index, id] of ['hall', 'gate', 'shed'].entries()) spotlight.report(id, 'warning', index);
    expect(camera()).toBe('yard');
    expect(after(SHOWN_MS)).toBe('shed');
    expect(after(2 * SHOWN_MS)).toBeUndefined();
  });
});
