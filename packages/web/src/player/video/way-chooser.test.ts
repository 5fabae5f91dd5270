import { expect, it } from 'vitest';
import { type Way, WayChooser } from './way-chooser.js';

const chooser = (...usable: Way[]) => new WayChooser({ usable, unusable: [] }, 0);

it('shows JPEGs until the best way has a picture', () => {
  const chosen = chooser('whep', 'mse');
  expect(chosen.choice).toEqual({ shown: 'pictures', trying: 'whep', failed: [] });
  expect(chosen.frame('pictures', 100)).toBe(true);
  expect(chosen.frame('whep', 400)).toBe(true);
  expect(chosen.choice).toEqual({ shown: 'whep', trying: undefined, failed: [] });
  expect(chosen.frame('pictures', 410), 'it comes too late').toBe(false);
});

it('shows JPEGs alone where there is nothing else, and another way only if asked for', () => {
  expect(chooser().choice).toEqual({ shown: 'pictures', trying: undefined, failed: [] });
  expect(chooser('mse').choice.trying).toBe('mse');
});

it('says what can’t be tried at all', () => {
  const unusable = [{ way: 'whep', reason: 'H.265' } as const];
  expect(new WayChooser({ usable: ['mse'], unusable }, 0).choice).toEqual({
    shown: 'pictures',
    trying: 'mse',
    failed: unusable,
  });
});

it('takes the next way when one does not work, says why, and tries the better one again', () => {
  const chosen = chooser('whep', 'mse');
  chosen.ended('whep', 'no connection', 4000);
  const failed = [{ way: 'whep', reason: 'no connection' }];
  expect(chosen.choice).toEqual({ shown: 'pictures', trying: 'mse', failed });
  chosen.frame('mse', 4500);
  expect(chosen.choice).toEqual({ shown: 'mse', trying: undefined, failed });
  chosen.tick(13_999);
  expect(chosen.choice.trying).toBeUndefined();
  chosen.tick(14_000);
  expect(chosen.choice).toEqual({ shown: 'mse', trying: 'whep', failed });
  expect(chosen.frame('mse', 14_040), 'meanwhile it goes on').toBe(true);
  chosen.frame('whep', 14_300);
  expect(chosen.choice).toEqual({ shown: 'whep', trying: undefined, failed: [] });
});

it('returns to JPEGs when what is shown ends, and tries again, later each time', () => {
  const chosen = chooser('whep');
  let nowMs = 0;
  for (const waitMs of [10_000, 20_000, 40_000]) {
    chosen.frame('whep', nowMs);
    expect(chosen.choice.shown).toBe('whep');
    chosen.ended('whep', 'lost', nowMs);
    chosen.tick(nowMs + waitMs - 1);
    expect(chosen.choice).toMatchObject({ shown: 'pictures', trying: undefined });
    nowMs += waitMs;
    chosen.tick(nowMs);
    expect(chosen.choice.trying).toBe('whep');
  }
  chosen.frame('whep', nowMs);
  chosen.ended('whep', 'the server restarted', nowMs + 60_000);
  chosen.tick(nowMs + 70_000);
  expect(chosen.choice.trying, 'it had worked for a minute').toBe('whep');
});

it('begins with JPEGs again after a pause, but not with what has just failed', () => {
  const chosen = chooser('whep', 'mse');
  chosen.ended('whep', 'no connection', 1000);
  chosen.frame('mse', 1500);
  chosen.paused(5000);
  expect(chosen.choice).toMatchObject({ shown: 'pictures', trying: 'mse' });
});

it('is the same object until something changes', () => {
  const chosen = chooser('whep');
  const { choice } = chosen;
  chosen.frame('pictures', 10);
  chosen.tick(20);
  chosen.ended('mse', 'never opened', 30);
  expect(chosen.choice).toBe(choice);
});
