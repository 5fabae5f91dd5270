import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { falseAlarms } from './false-alarms.js';
import { PhraseTrial } from './phrase-trial.js';
import { HELD_OUT, NOT_TOLD, TOLD } from './trial-phrases.js';

const PER_THOUSAND = 10;

let trial: PhraseTrial;
beforeAll(async () => {
  trial = await PhraseTrial.open();
}, 60_000);
afterAll(() => trial.close());

describe('on objects of real images', () => {
  it.each(NOT_TOLD)('$phrase is refused: %s', async (phrase, kind) => {
    const { state, reasons } = await trial.calibrate(phrase, 0, PER_THOUSAND);
    expect([state, reasons.map((reason) => reason.kind)]).toEqual(['refused', [kind]]);
  });

  it.each(TOLD)('$phrase is armed once it has an example', async (phrase) => {
    expect((await trial.calibrate(phrase, 0, PER_THOUSAND)).state).toBe('untested');
    expect(await trial.calibrate(phrase, 1, PER_THOUSAND)).toMatchObject({ state: 'armed', recall: 1, reasons: [] });
  });

  it('does what was expected with most other phrases', async () => {
    const asExpected = [];
    for (const phrase of HELD_OUT) {
      const { state, found = 0 } = await trial.calibrate(phrase, 1, PER_THOUSAND);
      // Whatever is armed must also find others of its kind.
      const isRight = phrase.kind === undefined ? state === 'refused' : state === 'armed' && found >= 0.3;
      if (isRight) asExpected.push(phrase.phrase);
    }
    expect(asExpected.length).toBeGreaterThanOrEqual(15);
  });

  it('fires wrongly as often as promised, on images that it was not calibrated with', async () => {
    const ratios = async (perThousand: number) =>
      (await falseAlarms(trial, perThousand)).map(({ promised, found }) => found / promised).sort((a, b) => a - b);
    const rare = await ratios(20);
    expect(rare).toHaveLength(27);
    expect(rare.at(-1)).toBeLessThan(2);
    expect(rare[13]).toBeGreaterThan(0.5);
    const frequent = await ratios(50);
    expect(frequent[0]).toBeGreaterThan(0.5);
    expect(frequent.at(-1)).toBeLessThan(2);
    // One in a hundred is beyond what 200 crops hold: the shape of the tail must do.
    const rarer = await ratios(10);
    expect(rarer[13]).toBeGreaterThan(0.5);
    expect(rarer[25]).toBeLessThan(2);
  });
});
