import type { JpegFrame } from '@lookout/media';
import { Rule, type Subject } from '@lookout/protocol';
import { phraseKey } from '@lookout/rules';
import type { TaskModelInfo, TrackedObject } from '@lookout/vision';
import { describe, expect, it } from 'vitest';
import { PictureSet } from '../live/picture-set.js';
import { PhraseLanes } from './phrase-lanes.js';

const MODEL: TaskModelInfo = { name: 'tiny', task: 'embed', family: 'clip', graphs: {}, sha256: 'a', bytes: 1 };
const red = { classes: ['person'], phrase: 'red jacket' };
const smoke = { classes: ['*'], phrase: 'smoke' };

function ruleOf(subject: Subject, cameras: string[] | 'all' = 'all', enabled = true) {
  return { enabled, rule: Rule.parse({ cameras, trigger: { behavior: 'appear', subject } }) };
}

/** Every crop fires for every phrase. */
function setup(rules: ReturnType<typeof ruleOf>[]) {
  const wholeFrames: [camera: string, phrases: string[]][] = [];
  const scored: [camera: string, key: string][] = [];
  let clockMs = 0;
  const lanes = new PhraseLanes({
    rules: () => rules,
    isAbout: ({ cameras }, camera) => cameras === 'all' || cameras.includes(camera),
    models: { model: () => MODEL, embedCrops: async (_picture, boxes) => boxes.map(() => Float32Array.of(1)) },
    cropsPerSecond: 10,
    scored(camera, key) {
      scored.push([camera, key]);
      return { score: 1, threshold: 0, fires: true };
    },
    picture: async () => undefined,
    wholeFrames: {
      observe: (camera, _observed, conditions) =>
        wholeFrames.push([camera, conditions.map(({ subject }) => subject.phrase)]),
      found: (camera) => (camera === 'yard' ? [person(-1)] : []),
      forget: () => undefined,
      removeCamera: () => undefined,
    },
    onFault: (error) => {
      throw error;
    },
    toEpoch: (ms) => ms,
    now: () => (clockMs += 1000),
  });
  const show = async (camera: string) => {
    const frame = { kind: 'jpeg', timestampMs: 1000, width: 640, height: 480, jpeg: new Uint8Array(1) };
    const pictures = new PictureSet(frame as unknown as JpegFrame, {
      runSoon: () => Promise.reject(new Error()),
      onEncode: () => undefined,
    });
    lanes.observe(camera, { frame: pictures.frame, pictures, objects: [person(7)], spots: [], looks: undefined });
    await new Promise(setImmediate);
  };
  return { lanes, rules, show, wholeFrames, scored };
}

function person(id: number): TrackedObject {
  const times = { firstSeenMs: 0, confirmedMs: 0, lastSeenMs: 1000 };
  const rest = { velocity: [0, 0] as [number, number], ...times, isResident: false };
  return { id, class_id: 0, class_name: 'person', bbox: [0, 0, 90, 200], confidence: 1, ...rest };
}

describe('PhraseLanes', () => {
  it('looks at tracks for phrases with a class, and at whole frames for phrases without one', async () => {
    const { lanes, show, wholeFrames, scored } = setup([ruleOf(red), ruleOf(smoke), ruleOf({ classes: ['dog'] })]);
    await show('yard');
    expect(scored).toEqual([['yard', phraseKey(red)]]);
    expect(wholeFrames).toEqual([['yard', ['smoke']]]);
    expect(lanes.fulfilled('yard', 7)).toEqual(new Set([phraseKey(red)]));
    expect([lanes.found('yard', 1000).length, lanes.found('gate', 1000).length]).toEqual([1, 0]);
  });

  it('looks once for two rules with the same phrase, and only on their cameras', async () => {
    const { show, scored } = setup([ruleOf(red, ['yard']), ruleOf({ ...red, phrase: 'Red  jacket' }, ['yard'])]);
    await show('yard');
    await show('gate');
    expect(scored).toEqual([['yard', phraseKey(red)]]);
  });

  it('picks up rules that are added or disabled', async () => {
    const { lanes, rules, show, wholeFrames } = setup([ruleOf(smoke, 'all', false)]);
    await show('yard');
    rules.push(ruleOf(smoke));
    await show('yard');
    lanes.rulesChanged();
    await show('yard');
    expect(wholeFrames.map(([, phrases]) => phrases)).toEqual([[], [], ['smoke']]);
  });

  it('discards verdicts on request, and forgets a camera that is gone', async () => {
    const { lanes, show } = setup([ruleOf(red)]);
    await show('yard');
    lanes.judgeAnew();
    expect(lanes.fulfilled('yard', 7).size).toBe(0);
    lanes.removeCamera('yard');
    await show('yard');
    expect(lanes.fulfilled('yard', 7).size).toBe(1);
  });
});
