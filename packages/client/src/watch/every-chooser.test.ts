import { describe, expect, it } from 'vitest';
import { type ChosenFrame, type Every, EveryChooser } from './every-chooser.js';

interface World {
  cameraFps: number;
  /** What the server analyses a second, at this moment. */
  analysedFps: (seconds: number) => number;
  /** How long a picture waits for its boxes, ms. */
  waitMs?: number;
  askedFps?: number;
}

/** Runs a camera, its analysis and a view for `seconds`. @returns when the choice changed, s, and the choice at the end */
function run({ cameraFps, analysedFps, waitMs = 15, askedFps }: World, seconds: number) {
  const chooser = new EveryChooser(askedFps);
  const changes: Array<{ at: number; every: Every }> = [];
  let credit = 0;
  let askedCredit = 0;
  let analysedAt: number | undefined;
  let shown = 0;
  for (let number = 1; number <= seconds * cameraFps; number++) {
    const timestamp = 1_700_000_000_000 + Math.round((number * 1000) / cameraFps);
    const at = number / cameraFps;
    askedCredit += Math.min(1, (askedFps ?? cameraFps) / cameraFps);
    const asked = askedCredit >= 1;
    if (asked) askedCredit -= 1;
    if (!asked) continue;
    const before = chooser.every;
    const stages_ms = { wait: waitMs / 3, decode: waitMs / 3, infer: waitMs / 3 };
    credit = Math.min(2, credit + analysedFps(at) / (askedFps ?? cameraFps));
    const analysed = credit >= 1;
    if (analysed) credit -= 1;
    const frame: ChosenFrame = { timestamp, frameNumber: number, stages_ms };
    if (before === 'all') {
      shown++;
      chooser.add(
        analysedAt === undefined ? frame : { ...frame, detections_age_ms: timestamp - analysedAt },
        at * 1000,
      );
    } else if (analysed) {
      shown++;
      chooser.add(frame, at * 1000);
    }
    if (analysed) analysedAt = timestamp;
    if (chooser.every !== before) changes.push({ at, every: chooser.every });
  }
  return { changes, every: chooser.every, shownFps: shown / seconds };
}

describe('EveryChooser', () => {
  it('becomes exact after some seconds where analysis keeps up, and stays so', () => {
    const { changes } = run({ cameraFps: 25, analysedFps: () => 25 }, 60);
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ every: 'analyzed' });
    expect(changes[0]!.at).toBeLessThan(5.5);
  });

  it('shows every frame where two of 25 are analysed a second', () => {
    const { changes, shownFps } = run({ cameraFps: 25, analysedFps: () => 2 }, 60);
    expect(changes).toEqual([]);
    expect(shownFps).toBe(25);
  });

  it('keeps up at the rate that the view asks for, not at the camera’s', () => {
    const { every, shownFps } = run({ cameraFps: 30, analysedFps: () => 15, askedFps: 15 }, 60);
    expect(every).toBe('analyzed');
    expect(shownFps).toBeCloseTo(15, 0);
  });

  it('goes back to every frame within 1.5 s when the machine gets busy', () => {
    const { changes } = run({ cameraFps: 25, analysedFps: (at) => (at < 20 ? 25 : 8) }, 40);
    expect(changes.map(({ every }) => every)).toEqual(['analyzed', 'all']);
    expect(changes[1]!.at).toBeLessThan(21.5);
  });

  it('shows every frame where pictures would wait more than 100 ms for their boxes, trying ever more seldom', () => {
    const { changes } = run({ cameraFps: 25, analysedFps: () => 25, waitMs: 150 }, 300);
    expect(changes.length).toBeLessThanOrEqual(16);
    const late = changes.filter(({ at }) => at > 240);
    expect(late.length).toBeLessThanOrEqual(2);
  });

  it('does not swing where analysis comes and goes every 4 s', () => {
    const { changes, shownFps } = run({ cameraFps: 25, analysedFps: (at) => (at % 8 < 4 ? 25 : 10) }, 120);
    expect(changes.length).toBeLessThanOrEqual(6);
    expect(shownFps).toBeGreaterThan(24);
  });

  it('judges a camera of one frame a second too', () => {
    expect(run({ cameraFps: 1, analysedFps: () => 1 }, 60).every).toBe('analyzed');
  });

  it('shows every frame of a camera that nothing is looked for on', () => {
    expect(run({ cameraFps: 25, analysedFps: () => 0 }, 60).changes).toEqual([]);
  });

  it('forgets what it knew when numbers or times go back, as the camera started again', () => {
    const chooser = new EveryChooser();
    const stages_ms = { wait: 1, decode: 1, infer: 1 };
    for (let i = 1; i < 200; i++) {
      chooser.add({ timestamp: i * 40, frameNumber: i, detections_age_ms: 40, stages_ms }, i * 40);
    }
    expect(chooser.every).toBe('analyzed');
    for (let i = 1; i < 200; i++) chooser.add({ timestamp: i * 40, frameNumber: i, stages_ms }, 8000 + i * 40);
    expect(chooser.every).toBe('analyzed');
  });

  it('takes a change back that could not be carried out, and waits before the next', () => {
    const chooser = new EveryChooser();
    const stages_ms = { wait: 1, decode: 1, infer: 1 };
    let i = 0;
    const next = () => chooser.add({ timestamp: ++i * 40, frameNumber: i, detections_age_ms: 40, stages_ms }, i * 40);
    const tryExact = () => {
      while (chooser.every === 'all') next();
    };
    tryExact();
    const triedAt = i * 40;
    chooser.undo(triedAt);
    expect(chooser).toMatchObject({ every: 'all' });
    tryExact();
    expect(i * 40 - triedAt).toBeGreaterThan(5000);
  });
});
