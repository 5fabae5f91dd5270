import { COCO_NAMES } from '@lookout/vision/models';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { falseAlarms } from './false-alarms.js';
import { PhraseTrial } from './phrase-trial.js';
import { HELD_OUT, NOT_TOLD, TOLD } from './trial-phrases.js';

const PER_THOUSAND = 10;

let trial: PhraseTrial;
beforeAll(async () => {
  trial = await PhraseTrial.open();
}, 180_000);
afterAll(() => trial.close());

describe('on objects of real images', () => {
  it('finds the right one of 80 names far more often than chance', async () => {
    const names = await trial.captions(COCO_NAMES);
    const ranks = trial.crops.map(({ vector, kind }) => {
      const scores = names.map((name) => dot(vector, name));
      const right = scores[COCO_NAMES.indexOf(kind)]!;
      return scores.filter((score) => score > right).length;
    });
    expect(ranks).toHaveLength(413);
    const share = (within: number) => ranks.filter((rank) => rank < within).length / ranks.length;
    expect(share(1)).toBeGreaterThan(0.28);
    expect(share(5)).toBeGreaterThan(0.43);
  });

  it.each(NOT_TOLD)('$phrase is refused: %s', async (phrase, kind) => {
    const { state, reasons } = await trial.calibrate(phrase, 0, PER_THOUSAND);
    expect([state, reasons.map((reason) => reason.kind)]).toEqual(['refused', [kind]]);
  });

  it.each(TOLD)('$phrase is armed once it has an example', async (phrase) => {
    expect((await trial.calibrate(phrase, 0, PER_THOUSAND)).state).toBe('untested');
    expect(await trial.calibrate(phrase, 1, PER_THOUSAND)).toMatchObject({ state: 'armed', recall: 1, reasons: [] });
  });

  it('handles most other phrases as expected', async () => {
    const asExpected = [];
    for (const phrase of HELD_OUT) {
      const { state, found = 0 } = await trial.calibrate(phrase, 1, PER_THOUSAND);
      // An armed phrase must also find other crops of its kind.
      const isRight = phrase.kind === undefined ? state === 'refused' : state === 'armed' && found >= 0.3;
      if (isRight) asExpected.push(phrase.phrase);
    }
    expect(asExpected.length).toBeGreaterThanOrEqual(15);
  });

  it('fires falsely as often as promised, on images that it was not calibrated with', async () => {
    const ratios = async (perThousand: number) =>
      (await falseAlarms(trial, perThousand)).map(({ promised, found }) => found / promised).sort((a, b) => a - b);
    const rare = await ratios(20);
    expect(rare).toHaveLength(27);
    expect(rare.at(-1)).toBeLessThan(2);
    expect(rare[13]).toBeGreaterThan(0.5);
    const frequent = await ratios(50);
    expect(frequent[0]).toBeGreaterThan(0.5);
    expect(frequent.at(-1)).toBeLessThan(2);
    // 200 crops are too few to measure one in a hundred: the shape of the tail must do.
    const rarer = await ratios(10);
    expect(rarer[13]).toBeGreaterThan(0.5);
    expect(rarer[25]).toBeLessThan(2);
  });
});

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
