import { describe, expect, it } from 'vitest';
import { type WatchedWork, WorkWatch } from './work-watch.js';

const limits = { runS: 3, openS: 10 };

/** Ticks until the worker would be given up, with the same work in hand and nothing moving; 100 is never. */
function patience(work: WatchedWork, runs: number): { ticks: number; code: string | undefined; message?: string } {
  const watch = new WorkWatch(Int32Array.of(runs), limits);
  watch.tick(work);
  for (let ticks = 1; ticks < 100; ticks++) {
    const error = watch.tick(work);
    if (error) return { ticks, code: error.code, message: error.message };
  }
  return { ticks: 100, code: undefined };
}

const inRun = 5;
const between = 6;

describe('WorkWatch', () => {
  it.each<[string, WatchedWork, number, number, string | undefined]>([
    ['a run', { model: 'm' }, inRun, 3, 'model_timeout'],
    ['a picture before its run', { model: 'm' }, between, 3, 'frame_invalid'],
    ['a picture without a model', { model: undefined }, between, 3, 'frame_invalid'],
    ['opening', { model: 'm', isOpening: true, provider: 'cpu' }, between, 10, 'model_timeout'],
    ['a trial run', { model: 'm', isOpening: true, provider: 'cpu' }, inRun, 3, 'model_timeout'],
    [
      'a trial run that compiles for a device',
      { model: 'm', isOpening: true, provider: 'cuda' },
      inRun,
      10,
      'model_timeout',
    ],
  ])('gives up on %s', (_, work, runs, ticks, code) => {
    expect(patience(work, runs)).toMatchObject({ ticks, code });
  });

  it('names the model and the limit', () => {
    expect(patience({ model: 'm' }, inRun).message).toContain('Model m did not finish a run within 3 s');
    expect(patience({ model: 'm', isOpening: true }, between).message).toContain('Model m did not open within 10 s');
  });

  it('begins again with each run and each piece of work', () => {
    const runs = Int32Array.of(0);
    const watch = new WorkWatch(runs, limits);
    const opening = { model: 'm', isOpening: true, provider: 'cpu' };
    for (let i = 0; i < 50; i++) {
      if (i % 2 === 0) Atomics.add(runs, 0, 1);
      expect(watch.tick(opening)).toBeUndefined();
    }
    for (let i = 0; i < 50; i++) expect(watch.tick({ model: 'm' })).toBeUndefined();
    for (let i = 0; i < 50; i++) expect(watch.tick(undefined)).toBeUndefined();
  });
});
