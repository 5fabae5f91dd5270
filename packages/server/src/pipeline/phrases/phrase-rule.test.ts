import type { JpegFrame } from '@lookout/media';
import type { Rule } from '@lookout/protocol';
import type { EventChange } from '@lookout/rules';
import type { TaskModelInfo, TrackedObject } from '@lookout/vision';
import { expect, it } from 'vitest';
import type { KeptCalibration, KeptExample } from '../../platform/storage/index.js';
import { PictureSet } from '../live/picture-set.js';
import { RuleWatch, type WatchedRule } from '../rules/rule-watch.js';
import { Calibrations } from './calibrations.js';
import { PhraseLanes } from './phrase-lanes.js';
import { PhraseWordsReader } from './phrase-words.js';

const START_MS = 1_700_000_000_000;
const MODEL: TaskModelInfo = { name: 'tiny', task: 'embed', family: 'clip', graphs: {}, sha256: 'a', bytes: 1 };
const rule: Rule = {
  ...{ cameras: 'all', severity: 'warning', cooldown_s: 0 },
  trigger: { behavior: 'appear', subject: { classes: ['car'], phrase: 'a red car' } },
};
const kept: WatchedRule = { id: 'r1', rule, enabled: true, snoozed_until: null, modes: ['home', 'away'] };

/** A direction in the toy space of texts and images: 0° is a red car, 90° is anything else. */
const at = (degrees: number) =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));

/** Cars drive through a yard, watched by a real rule over the real lanes. Only the model is a toy: the left edge of a box is its angle. */
function yard() {
  let ms = START_MS;
  let nextId = 1;
  const rows = new Map<string, KeptCalibration>();
  const examples: KeptExample[] = [];
  const changes: EventChange[] = [];
  const faults: unknown[] = [];
  const embedTexts = async (texts: readonly string[]) => texts.map((text) => at(text === 'red car' ? 0 : 90));
  const models = {
    model: () => MODEL,
    require: () => MODEL,
    logit: async () => ({ scale: 20, bias: 0 }),
    embedTexts,
    embedPictures: async (pictures: readonly Uint8Array[]) => pictures.map(([degrees]) => at(degrees!)),
    embedCrops: async (_: Uint8Array, boxes: readonly (readonly number[])[]) => boxes.map(([left]) => at(left!)),
    onChange: () => () => undefined,
  };
  const calibrations = new Calibrations({
    store: {
      calibration: async (camera, phrase) => rows.get(camera + phrase),
      calibrationsOf: async () => [...rows.values()],
      saveCalibration: async (row) => void rows.set(row.camera + row.phrase, row),
      examples: async () => examples,
      insertExample: async (example) => void examples.push(example),
      removeExample: async () => false,
      phrases: async () => [],
      removePhrase: async () => undefined,
    },
    words: new PhraseWordsReader({ models, captions: embedTexts }),
    models,
    rules: () => [kept],
    camerasOf: () => ['yard'],
    isMine: () => true,
    perDay: () => 1,
    onChange: () => undefined,
    onDrift: () => undefined,
    onFault: (error) => faults.push(error),
    now: () => ms,
    later: () => () => undefined,
  });
  const clock = { toEpoch: (timeMs: number) => timeMs, now: () => ms };
  const lanes = new PhraseLanes({
    ...clock,
    models,
    cropsPerSecond: 20,
    scored: calibrations.scored.bind(calibrations),
    picture: async () => undefined,
    rules: () => [kept],
    isAbout: () => true,
    onFault: (error) => faults.push(error),
  });
  const watch: RuleWatch = new RuleWatch({
    ...clock,
    timezone: 'UTC',
    rules: () => [kept],
    isSilent: () => false,
    onChanges: (told) => changes.push(...told),
    onWake: () => undefined,
    onFault: () => faults.push('rules'),
    logFault: (error) => faults.push(error),
    onTimed: () => undefined,
    described: lanes,
    later: () => () => undefined,
  });
  watch.setCamera({ id: 'yard', zones: [], lines: [] });
  watch.setLive('yard', true);

  /** Cars appear, stay for three seconds, and leave. */
  const cars = async (...degrees: number[]) => {
    const ids = degrees.map(() => nextId++);
    const cameMs = ms;
    for (let frames = 0; frames < 15; frames++) {
      ms += 200;
      const frame = {
        kind: 'jpeg',
        timestampMs: ms,
        width: 640,
        height: 480,
        jpeg: new Uint8Array(2),
      } as unknown as JpegFrame;
      const pictures = new PictureSet(frame, { runSoon: () => Promise.reject(new Error()), onEncode: () => undefined });
      const objects = degrees.map(
        (left, i): TrackedObject => ({
          ...{ id: ids[i]!, class_id: 2, class_name: 'car', bbox: [left, 0, left + 100, 100], confidence: 1 },
          ...{ velocity: [0, 0], firstSeenMs: cameMs, confirmedMs: cameMs, lastSeenMs: ms, isResident: false },
        }),
      );
      const observed = { frame, pictures, objects, spots: [], looks: undefined };
      lanes.observe('yard', observed);
      watch.observe('yard', observed);
      await new Promise(setImmediate);
    }
    return ids;
  };
  const fired = () => changes.filter(({ kind }) => kind === 'created').map(({ event }) => event.objects[0]?.id);
  return { calibrations, cars, fired, faults };
}

it('a rule with a phrase is calibrated, armed by an example, and fires only for what it describes', async () => {
  const { calibrations, cars, fired, faults } = yard();
  await calibrations.refresh();
  await new Promise(setImmediate);
  const [early] = await cars(70);
  expect([calibrations.state(rule), fired(), early]).toEqual(['calibrating', [], 1]);

  for (let i = 0; calibrations.state(rule) === 'calibrating' && i < 200; i++) {
    await cars(...Array.from({ length: 10 }, (_, nth) => 74 + ((7 * i + 5 * nth) % 16)));
  }
  expect(calibrations.state(rule)).toBe('untested');
  expect(fired()).toEqual([]);

  await calibrations.addExample('r1', rule, { isPositive: true, camera: 'yard', picture: Uint8Array.of(10) });
  expect(calibrations.state(rule)).toBe('armed');
  const [red, blue] = await cars(4, 80);
  expect(fired()).toEqual([red]);
  expect(calibrations.finding(rule, 'yard', [red!])).toMatchObject({ fires: true, untested: false });
  expect(calibrations.finding(rule, 'yard', [blue!])).toBeUndefined();
  expect(faults).toEqual([]);
});
