import { type PhraseVectors, ScoreSketch } from '@lookout/vision';
import { seededRandom } from '@lookout/vision/testing';
import { describe, expect, it } from 'vitest';
import { CameraPhrase, type LookedAt, type PhraseFacts } from './camera-phrase.js';
import { keep, restore } from './kept-camera-phrase.js';
import { type EmbeddedExample, PhraseExamples } from './phrase-examples.js';

const START_MS = 1_700_000_000_000;
const SECOND = 1000;

/** A unit vector at an angle from the phrase's, degrees: at 45° it is as close to the contrast. */
const at = (degrees: number) =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));
const vectors: PhraseVectors = { wanted: [at(0)], contrasts: [], backgrounds: [at(90)] };

const example = (id: string, degrees: number, is_positive = true): EmbeddedExample => ({
  ...{ id, phrase: 'p', is_positive, camera: 'yard', event_id: null, created_at: START_MS },
  vector: at(degrees),
});
function facts(...examples: EmbeddedExample[]): PhraseFacts {
  return {
    phrase: 'red forklift',
    words: { model: 'm', logit: { scale: 20, bias: 0 }, vectors, reasons: [] },
    examples: new PhraseExamples(examples),
    perDay: 1,
  };
}

/** A camera that shows something about once a second. */
class Yard {
  readonly phrase: CameraPhrase;
  drifts = 0;
  timeMs = START_MS;
  readonly #random = seededRandom(1);

  constructor(phrase?: CameraPhrase) {
    this.phrase = phrase ?? new CameraPhrase(() => this.drifts++);
  }

  crop(degrees: number, more: Partial<LookedAt> = {}): LookedAt {
    return { seen: { vector: at(degrees) }, timestampMs: this.timeMs, sidePx: 80, ...more };
  }

  /** @param around angle of the crops shown, ±10° */
  shows(known: PhraseFacts, count: number, around = 80, stepMs = SECOND): void {
    for (let i = 0; i < count; i++) {
      this.phrase.look(known, this.crop(around + 20 * (this.#random() - 0.5)));
      this.timeMs += stepMs;
    }
  }

  look(known: PhraseFacts, degrees: number) {
    this.timeMs += SECOND;
    return this.phrase.look(known, this.crop(degrees));
  }

  state(known: PhraseFacts) {
    return this.phrase.result(known, this.timeMs).state;
  }
}

describe('a phrase on a camera', () => {
  it('does not fire while calibrating, however high the score', () => {
    const yard = new Yard();
    yard.shows(facts(), 400);
    expect(yard.look(facts(), 0)?.fires).toBe(false);
    expect(yard.state(facts())).toBe('calibrating');
  });

  it('fires untested after 500 crops, and armed with an example', () => {
    const yard = new Yard();
    yard.shows(facts(), 500);
    expect(yard.state(facts())).toBe('untested');
    expect(yard.look(facts(), 5)).toMatchObject({ fires: true });
    expect(yard.look(facts(), 60)).toMatchObject({ fires: false });
    const known = facts(example('a', 10));
    yard.phrase.changed();
    expect(yard.state(known)).toBe('armed');
    expect(yard.look(known, 5)).toMatchObject({ fires: true });
  });

  it('is calibrated after half an hour on a quiet camera', () => {
    const yard = new Yard();
    yard.shows(facts(), 60, 80, 29 * SECOND);
    expect(yard.state(facts())).toBe('calibrating');
    yard.shows(facts(), 5, 80, 29 * SECOND);
    expect(yard.state(facts())).toBe('untested');
  });

  it('does not learn from what fires', () => {
    const yard = new Yard();
    yard.shows(facts(), 500);
    const before = yard.phrase.learned?.sketch.n;
    for (let i = 0; i < 50; i++) yard.look(facts(), 2);
    expect(yard.phrase.learned?.sketch.n).toBe(before);
    expect(yard.look(facts(), 2)?.fires).toBe(true);
  });

  it('uses a positive example only once the background is learned with it', () => {
    const yard = new Yard();
    yard.shows(facts(), 500);
    // The text alone finds neither, and the two are similar.
    const known = facts(example('a', 40, true), example('b', 41, true));
    yard.phrase.changed();
    const before = yard.look(known, 40)!.score;
    yard.shows(known, 500);
    expect(yard.look(known, 40)!.score).toBe(before);
    expect(yard.phrase.learned?.examples).toEqual(new Set(['a', 'b']));
    expect(yard.phrase.learning).toBeUndefined();
  });

  it('applies a negative example at once', () => {
    const yard = new Yard();
    yard.shows(facts(), 500);
    expect(yard.look(facts(), 8)?.fires).toBe(true);
    const known = facts(example('n', 8, false));
    yard.phrase.changed();
    expect(yard.look(known, 8)?.fires).toBe(false);
    expect(yard.state(known)).toBe('untested');
  });

  it('is refused where its example does not score above the background, with pictures of what would have fired', async () => {
    const yard = new Yard();
    const known = facts(example('a', 44));
    const jpeg = new Uint8Array([1, 2, 3]);
    for (let track = 0; track < 600; track++) {
      yard.phrase.look(known, yard.crop(44 - (track % 5), { track, picture: async () => jpeg }));
      yard.timeMs += SECOND;
    }
    await Promise.resolve();
    const { state, reasons } = yard.phrase.result(known, yard.timeMs);
    expect([state, reasons.map(({ kind }) => kind)]).toEqual(['refused', ['too_loud']]);
    expect(yard.phrase.loud.list()).toHaveLength(6);
    expect(yard.phrase.loud.list()[0]).toMatchObject({
      jpeg,
      score: expect.closeTo(20 * (Math.cos((40 * Math.PI) / 180) - Math.sin((40 * Math.PI) / 180)), 1),
    });
    expect(yard.look(known, 0)).toMatchObject({ fires: false, threshold: undefined });
  });

  it('does not score crops that are too small, and reports it if all are', () => {
    const yard = new Yard();
    for (let i = 0; i < 100; i++) expect(yard.phrase.look(facts(), yard.crop(80, { sidePx: 20 }))).toBeUndefined();
    expect(yard.phrase.result(facts(), yard.timeMs).reasons[0]?.kind).toBe('too_small');
  });

  it('starts over when the scene has changed', () => {
    const yard = new Yard();
    yard.shows(facts(), 500);
    yard.shows(facts(), 3362, 80, 180 * SECOND);
    expect([yard.drifts, yard.state(facts())]).toEqual([0, 'untested']);
    yard.shows(facts(), 3365, 62, 180 * SECOND);
    expect([yard.drifts, yard.state(facts())]).toEqual([1, 'calibrating']);
    yard.shows(facts(), 600, 62);
    expect(yard.state(facts())).toBe('untested');
  });

  it('is the same after a restart', () => {
    const yard = new Yard();
    yard.shows(facts(), 520);
    const text = keep(yard.phrase);
    const again = new Yard(restore(text, () => undefined));
    again.timeMs = yard.timeMs;
    expect(again.phrase.result(facts(), 0)).toEqual(yard.phrase.result(facts(), 0));
    expect(again.look(facts(), 3)).toEqual(yard.look(facts(), 3));
    expect(text.length).toBeLessThan(5000);
    for (const damaged of [
      '',
      'null',
      '{"tooSmall":0,"loud":[],"learning":{"sketch":[[-1,1]],"sinceMs":0,"examples":[]}}',
    ]) {
      expect(restore(damaged, () => undefined)).toBeUndefined();
    }
  });
});

it('uses the scores of a detector unchanged', () => {
  const phrase = new CameraPhrase(() => undefined);
  const known = facts();
  phrase.learned = {
    ...{ sketch: ScoreSketch.from([[400, 600]]), examples: new Set<string>(), sinceMs: START_MS },
    ...{ cropsPerDay: 1000, calibratedAtMs: START_MS },
  };
  const look = { timestampMs: START_MS, sidePx: 100 };
  expect(phrase.look(known, { ...look, seen: { score: 3 } })).toMatchObject({ score: 3, fires: true });
  expect(phrase.look(known, { ...look, seen: { score: -3 } })).toMatchObject({ score: -3, fires: false });
});
