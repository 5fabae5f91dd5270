import { LookoutError, type Rule } from '@lookout/protocol';
import { type PhrasedSubject, phraseKey } from '@lookout/rules';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KeptCalibration, KeptExample } from '../../platform/storage/index.js';
import { Calibrations } from './calibrations.js';
import type { PhraseWords } from './phrase-words.js';
import type { LearnedStore } from './watched-phrase.js';

const START_MS = 1_700_000_000_000;
const SUBJECT: PhrasedSubject = { classes: ['car'], phrase: 'a red car' };
const KEY = phraseKey(SUBJECT);

const ruleOf = (subject: Rule['trigger']['subject'], cameras: Rule['cameras'] = 'all'): Rule => ({
  cameras,
  severity: 'warning',
  cooldown_s: 60,
  trigger: { behavior: 'appear', subject },
});

/** In-memory store. */
class Store implements LearnedStore {
  readonly rows = new Map<string, KeptCalibration>();
  kept: KeptExample[] = [];
  calibration = async (camera: string, phrase: string) => this.rows.get(`${camera} ${phrase}`);
  calibrationsOf = async (phrase: string) => [...this.rows.values()].filter((row) => row.phrase === phrase);
  saveCalibration = async (row: KeptCalibration) => void this.rows.set(`${row.camera} ${row.phrase}`, row);
  examples = async (phrase: string) => this.kept.filter((example) => example.phrase === phrase);
  insertExample = async (example: KeptExample) => void this.kept.push(example);
  removeExample = async (id: string) => {
    const before = this.kept.length;
    this.kept = this.kept.filter((example) => example.id !== id);
    return this.kept.length < before;
  };
  phrases = async () => [...new Set([...this.rows.values(), ...this.kept].map(({ phrase }) => phrase))];
  removePhrase = async (phrase: string) => {
    for (const [key, row] of this.rows) if (row.phrase === phrase) this.rows.delete(key);
    this.kept = this.kept.filter((example) => example.phrase !== phrase);
  };
}

const at = (degrees: number) =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));
/** A picture whose single byte is its angle from the phrase, degrees. */
const picture = (degrees: number) => Uint8Array.of(degrees);

class House {
  rules = [{ id: 'r1', rule: ruleOf(SUBJECT) }];
  model: string | undefined = 'm1';
  timeMs = START_MS;
  perDay = 1;
  byDetector = false;
  others = new Set<string>();
  readonly changes: string[] = [];
  readonly faults: unknown[] = [];
  #modelListener: (task: 'embed') => void = () => undefined;
  readonly calibrations: Calibrations;

  constructor(readonly store = new Store()) {
    this.calibrations = new Calibrations({
      store,
      words: { readForRule: async () => this.#words() },
      models: {
        model: () => (this.model === undefined ? undefined : ({ name: this.model } as never)),
        embedPictures: async (pictures) => pictures.map(([degrees]) => at(degrees ?? 0)),
        onChange: (listener) => {
          this.#modelListener = listener;
          return () => undefined;
        },
      },
      rules: () => this.rules,
      camerasOf: ({ cameras }) => (cameras === 'all' ? ['gate', 'yard'] : cameras),
      isMine: (camera) => !this.others.has(camera),
      perDay: () => this.perDay,
      onChange: (ids) => this.changes.push(...ids),
      onDrift: () => undefined,
      onFault: (error) => this.faults.push(error),
      now: () => this.timeMs,
      later: () => () => undefined,
    });
  }

  #words(): PhraseWords {
    if (this.model === undefined) {
      throw new LookoutError('no_model_for_this', 'No model understands words', { hint: 'Pull one' });
    }
    const vectors = { wanted: [at(0)], contrasts: [], backgrounds: [at(90)] };
    return {
      model: this.model,
      logit: { scale: 20, bias: 0 },
      vectors,
      reasons: [],
      ...(this.byDetector && { byDetector: true }),
    };
  }

  get rule(): Rule {
    return this.rules[0]!.rule;
  }

  async changeModel(model: string | undefined): Promise<void> {
    this.model = model;
    this.#modelListener('embed');
    await settled();
  }

  look(camera: string, degrees: number, track = 1) {
    this.timeMs += 1000;
    const seen = { vector: at(degrees) };
    return this.calibrations.scored(camera, KEY, { seen, timestampMs: this.timeMs, sidePx: 100, track });
  }

  /** Shows enough background for a calibration. */
  background(camera: string, around = 80): void {
    for (let i = 0; i < 500; i++) this.look(camera, around + (i % 21) - 10);
  }

  view(camera?: string) {
    return this.calibrations.view('r1', this.rule, camera, () => true);
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

let house: House;
beforeEach(async () => {
  house = new House();
  await house.calibrations.refresh();
  await settled();
});
afterEach(() => house.calibrations.close());

describe('a rule with a phrase', () => {
  it('is calibrated per camera, and reports the most advanced state', async () => {
    expect(house.calibrations.state(house.rule)).toBe('calibrating');
    house.background('yard');
    expect(house.calibrations.state(house.rule)).toBe('untested');
    expect(house.calibrations.state(house.rule, 'gate')).toBe('calibrating');
    expect(house.changes).toContain('r1');
    expect(house.calibrations.threshold('gate', KEY)).toBeUndefined();
    expect(house.look('yard', 3, 7)).toMatchObject({ fires: true });
    expect(house.calibrations.finding(house.rule, 'yard', [7])).toMatchObject({ fires: true, untested: true });
    expect(house.calibrations.finding(house.rule, 'yard', [8])).toBeUndefined();
  });

  it('reports an object found on a whole frame as untested', async () => {
    const subject = { classes: ['*'], phrase: 'smoke' };
    house.rules = [{ id: 'r1', rule: ruleOf(subject) }];
    await house.calibrations.refresh();
    await settled();
    const look = (degrees: number) => {
      house.timeMs += 1000;
      const crop = { seen: { vector: at(degrees) }, timestampMs: house.timeMs, sidePx: 100 };
      return house.calibrations.scored('yard', phraseKey(subject), crop);
    };
    for (let i = 0; i < 500; i++) look(70 + (i % 21));
    expect(house.calibrations.finding(house.rule, 'yard', [7])).toBeUndefined();
    look(3);
    expect(house.calibrations.finding(house.rule, 'yard', [7])).toMatchObject({ fires: true, untested: true });
  });

  it('shows its calibration', async () => {
    house.background('yard');
    const { state, camera, model, background, needs, threshold, expected_per_day, cameras } = await house.view();
    expect({ state, camera, model, needs }).toEqual({ state: 'untested', camera: 'yard', model: 'm1', needs: null });
    expect(background.n).toBe(500);
    expect(threshold).toBeGreaterThanOrEqual(0);
    expect(expected_per_day).toBeLessThanOrEqual(1);
    expect(cameras).toEqual([
      { camera: 'gate', state: 'calibrating' },
      { camera: 'yard', state: 'untested' },
    ]);
    expect((await house.view('gate')).needs).toMatchObject({ crops: 500 });
    await expect(house.view('hall')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('learns nothing from pictures where a detector finds the phrase', async () => {
    house.byDetector = true;
    await house.changeModel('m2');
    expect(house.calibrations.learns(house.rule)).toBe(false);
    const given = { isPositive: true, camera: 'yard', picture: picture(5) };
    await expect(house.calibrations.addExample('r1', house.rule, given)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('is armed by an example, and refused if the example scores like the background', async () => {
    house.background('yard');
    const given = { isPositive: true, camera: 'yard' };
    const { id } = await house.calibrations.addExample('r1', house.rule, { ...given, picture: picture(5) });
    expect((await house.view('yard')).state).toBe('armed');
    await house.calibrations.removeExample('r1', house.rule, id);
    await house.calibrations.addExample('r1', house.rule, { ...given, picture: picture(60) });
    const { state, reasons, examples } = await house.view('yard');
    expect([state, reasons[0]?.kind]).toEqual(['refused', 'below_example']);
    expect(examples).toMatchObject([
      { is_positive: true, picture_url: expect.stringMatching(/^\/api\/rules\/r1\/examples\//) },
    ]);
  });

  it('has at most 16 positive examples, and the newest 32 negative ones', async () => {
    const add = (isPositive: boolean) =>
      house.calibrations.addExample('r1', house.rule, { isPositive, camera: null, picture: picture(5) });
    for (let i = 0; i < 16; i++) await add(true);
    await expect(add(true)).rejects.toMatchObject({ code: 'conflict' });
    const first = await add(false);
    for (let i = 0; i < 32; i++) await add(false);
    expect(house.store.kept).toHaveLength(48);
    expect(house.store.kept.map(({ id }) => id)).not.toContain(first.id);
  });

  it('does not fire again for an object that was marked wrong, until the verdict is taken back', async () => {
    house.background('yard');
    const wrong = { isPositive: false, camera: 'yard', eventId: 'e1', picture: picture(6) };
    await house.calibrations.addExample('r1', house.rule, wrong);
    expect(house.look('yard', 6)?.fires).toBe(false);
    await house.calibrations.forgetEvent(house.rule, 'e1');
    expect(house.look('yard', 6)?.fires).toBe(true);
  });

  it('keeps its calibration after a restart', async () => {
    house.background('yard');
    await house.calibrations.close();
    const again = new House(house.store);
    await again.calibrations.refresh();
    await settled();
    expect(again.calibrations.state(again.rule, 'yard')).toBe('untested');
    expect(again.look('yard', 3)?.fires).toBe(true);
  });

  it('starts over with another model, and is refused without one', async () => {
    house.background('yard');
    await house.changeModel('m2');
    expect(house.calibrations.state(house.rule, 'yard')).toBe('calibrating');
    expect(house.look('yard', 3)?.fires).toBe(false);
    await house.changeModel(undefined);
    expect(house.look('yard', 3)).toBeUndefined();
    const { state, reasons } = await house.view('yard');
    expect([state, reasons]).toEqual([
      'refused',
      [{ kind: 'no_model', phrase: 'a red car', why: 'No model understands words. Pull one' }],
    ]);
  });

  it('applies another false-alarm budget at once', () => {
    for (let i = 0; i < 500; i++) house.look('yard', i % 10 === 0 ? 38 : 80);
    const strict = house.calibrations.threshold('yard', KEY)!;
    house.perDay = 1000;
    house.calibrations.settingsChanged();
    expect(house.calibrations.threshold('yard', KEY)).toBeLessThan(strict);
  });

  it('is forgotten with the last rule that uses it', async () => {
    house.background('yard');
    await house.calibrations.addExample('r1', house.rule, { isPositive: true, camera: null, picture: picture(5) });
    house.rules = [];
    await house.calibrations.refresh();
    expect([house.store.rows.size, house.store.kept.length]).toEqual([0, 0]);
    expect(house.look('yard', 3)).toBeUndefined();
  });

  it('is stored by the node that watches the camera, and read by the others', async () => {
    house.background('yard');
    await house.calibrations.close();
    const beside = new House(house.store);
    beside.others.add('yard');
    await beside.calibrations.refresh();
    expect((await beside.view('yard')).state).toBe('untested');
    const before = new Map(house.store.rows);
    await beside.calibrations.close();
    expect(house.store.rows).toEqual(before);
  });
});

it('a rule without a phrase has nothing to calibrate', async () => {
  const rule = ruleOf({ classes: ['car'] });
  expect(house.calibrations.state(rule)).toBeUndefined();
  await expect(house.calibrations.view('r2', rule, undefined, () => true)).rejects.toMatchObject({ code: 'not_found' });
});
