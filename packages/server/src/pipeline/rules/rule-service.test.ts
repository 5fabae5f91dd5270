import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CameraRegions, DetectSettings, LookoutError, Rule, Verify } from '@lookout/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Storage } from '../../platform/storage/index.js';
import { openTestStorage } from '../../testing/test-storage.js';
import { type BusTopics, EventBus } from '../bus/event-bus.js';
import { PhraseRules } from './phrase-rules.js';
import { type RuleAccess, RuleService, type RuleServiceOptions, UnreadRuleError } from './rule-service.js';

let directory: string;
let storage: Storage;
let nowMs: number;
let changes: number;
let told: string[];
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-rules-'));
  storage = openTestStorage(directory);
  nowMs = 1_700_000_000_000;
  changes = 0;
  told = [];
});
afterEach(async () => {
  await storage.close();
  rmSync(directory, { recursive: true, force: true });
});

const everything: RuleAccess = { isVisible: () => true, check: () => undefined };
const personRule = Rule.parse({ trigger: { behavior: 'appear', subject: { classes: ['person'] } } });

function open(options: Partial<RuleServiceOptions> = {}): Promise<RuleService> {
  const bus = new EventBus({ count: () => undefined, log: () => undefined, now: () => 0 });
  bus.on('rule', ({ kind, rule }: BusTopics['rule']) => told.push(`${kind} ${rule.enabled}`));
  bus.on('mode', ({ mode }) => told.push(`mode ${mode}`));
  const yard = { id: 'yard', name: 'Back yard', detect: DetectSettings.parse({}), ...CameraRegions.parse({}) };
  return RuleService.open({
    store: storage.rules,
    counts: async () => new Map(),
    cameras: () => [yard],
    model: () => ({ name: 'nanodet-g', classNames: ['person', 'car'] }),
    bus,
    timezone: 'Europe/Berlin',
    now: () => nowMs,
    onChange: () => void changes++,
    ...options,
  });
}

describe('RuleService', () => {
  it('keeps the rules of a sentence, one each, over a restart', async () => {
    const rules = await open();
    const created = await rules.create(
      { prompt: 'warn me when a person or a car appears on the back yard' },
      everything,
    );
    expect(created).toHaveLength(1);
    expect(created[0]).toMatchObject({
      prompt: 'warn me when a person or a car appears on the back yard',
      rule: { cameras: ['yard'], trigger: { subject: { classes: ['person', 'car'] } } },
      enabled: true,
      modes: ['home', 'away'],
      created_at: nowMs,
    });
    expect(created[0]?.summary).toContain('“Back yard”');
    expect(told).toEqual(['created true']);
    expect(changes).toBe(1);
    expect(await (await open()).list()).toEqual(created);
  });

  it('takes a rule as it is, and the words it was made from', async () => {
    const rules = await open();
    const [own] = await rules.create({ rule: personRule }, everything);
    expect(own).toMatchObject({ prompt: null, rule: personRule, assumptions: [] });
    const [worded] = await rules.create({ rule: personRule, prompt: 'somebody', modes: ['away'] }, everything);
    expect(worded).toMatchObject({ prompt: 'somebody', modes: ['away'] });
  });

  it('refuses a sentence that states no rule, with what was understood', async () => {
    const rules = await open();
    const error = await rules
      .create({ prompt: 'warn me without a helmet' }, everything)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnreadRuleError);
    expect(error).toMatchObject({ code: 'rule_not_understood', interpretation: { status: expect.any(String) } });
    expect(rules.all()).toEqual([]);
  });

  it('refuses rules that could never fire, or that the caller may not have', async () => {
    const rules = await open();
    const owl = { ...personRule, trigger: { ...personRule.trigger, subject: { classes: ['owl'] } } };
    await expect(rules.create({ rule: owl }, everything)).rejects.toMatchObject({ code: 'validation_failed' });
    const check = () => {
      throw new LookoutError('forbidden', 'not yours');
    };
    await expect(rules.create({ rule: personRule }, { ...everything, check })).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(rules.all()).toEqual([]);
  });

  it('keeps at most 200', async () => {
    const rules = await open();
    for (let i = 0; i < 200; i++) await rules.create({ rule: personRule }, everything);
    await expect(rules.create({ rule: personRule }, everything)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('changes a rule, and nothing that was not asked for', async () => {
    const rules = await open();
    const [{ id } = { id: '' }] = await rules.create({ prompt: 'warn me when a person appears' }, everything);
    const quiet = await rules.update(id, { enabled: false, snoozed_until: nowMs + 1000 }, everything);
    expect(quiet).toMatchObject({
      enabled: false,
      snoozed_until: nowMs + 1000,
      prompt: 'warn me when a person appears',
    });
    // How loud and how often is no part of the sentence; what it warns about is.
    const louder = await rules.update(
      id,
      { rule: { ...quiet.rule, severity: 'critical', cooldown_s: 600 } },
      everything,
    );
    expect(louder).toMatchObject({ prompt: 'warn me when a person appears', rule: { severity: 'critical' } });
    const other = { ...personRule, cameras: ['yard'] };
    const moved = await rules.update(id, { rule: other }, everything);
    expect(moved).toMatchObject({ prompt: null, rule: other, enabled: false });
    const reread = await rules.update(id, { prompt: 'warn me when a car appears' }, everything);
    expect(reread).toMatchObject({ rule: { trigger: { subject: { classes: ['car'] } } } });
    expect(told).toEqual(['created true', 'changed false', 'changed false', 'changed false', 'changed false']);
    expect(await (await open()).get(id)).toEqual(reread);
  });

  it('asks for a second look where there is a model, beside what the sentence says', async () => {
    const secondLook = { isSetUp: true, summaryOf: () => ({ answers: 2, confirmed: 1, controls: 0, controls_yes: 0 }) };
    const prompt = 'warn me when a person appears';
    const rules = await open({ secondLook });
    const [created] = await rules.create({ prompt }, everything);
    const rule = { ...personRule, ...created?.rule, verify: Verify.parse({ question: 'Is it a person?' }) };
    const asking = await rules.update(created?.id ?? '', { rule }, everything);
    expect(asking).toMatchObject({ prompt, rule, second_look: { answers: 2, confirmed: 1 } });
    await expect((await open()).create({ rule }, everything)).rejects.toThrow(/VLM_BASE_URL/);
    const { verify: _, ...without } = rule;
    expect(await rules.update(asking.id, { rule: without }, everything)).toMatchObject({ prompt, rule: without });
  });

  it('reads one rule out of a sentence that replaces another', async () => {
    const rules = await open();
    const [{ id } = { id: '' }] = await rules.create({ rule: personRule }, everything);
    const two = { prompt: 'Warn me when a person appears. Warn me when a car appears.' };
    await expect(rules.update(id, two, everything)).rejects.toMatchObject({ code: 'validation_failed' });
    await expect(rules.update('none', {}, everything)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('removes a rule', async () => {
    const rules = await open();
    const [{ id } = { id: '' }] = await rules.create({ rule: personRule }, everything);
    await rules.remove(id, everything);
    await expect(rules.remove(id, everything)).rejects.toMatchObject({ code: 'not_found' });
    expect(await (await open()).list()).toEqual([]);
    expect(told).toEqual(['created true', 'deleted true']);
  });

  it('knows when a rule is silent: switched off, snoozed, or for another mode', async () => {
    const rules = await open();
    await rules.create({ rule: personRule, modes: ['away'] }, everything);
    const [kept] = rules.all();
    if (!kept) throw new Error('expected a rule');
    expect(rules.isSilent(kept, nowMs)).toBe(true);
    await rules.setMode({ mode: 'away' });
    expect(rules.isSilent(kept, nowMs)).toBe(false);
    expect(rules.isSilent({ ...kept, snoozed_until: nowMs + 1 }, nowMs)).toBe(true);
    expect(rules.isSilent({ ...kept, enabled: false }, nowMs)).toBe(true);
    expect(told.at(-1)).toBe('mode away');
    expect((await open()).mode).toEqual({ mode: 'away' });
  });

  it('says in which time zone a schedule is', async () => {
    const rules = await open();
    const rule = { ...personRule, schedule: { from: '22:00', to: '06:00' } };
    expect(rules.interpret({ rule })).toMatchObject({
      status: 'ok',
      rules: [rule],
      timezone: 'Europe/Berlin',
      spans: [],
    });
    expect(rules.interpret({ rule: personRule })).not.toHaveProperty('timezone');
  });

  it('reads names from the context that is given, and its own beside it', async () => {
    const rules = await open();
    const zones = ['pond'];
    const read = rules.interpret({ prompt: 'warn me when a person enters the pond', context: { zones } });
    expect(read).toMatchObject({ status: 'ok', rules: [{ trigger: { behavior: 'enter', zone: 'pond' } }] });
    expect(rules.interpret({ prompt: 'warn me when a person enters the pond' }).status).not.toBe('ok');
  });

  it('knows a camera by its name of several words, though its id reads alike, and by an id that does not', async () => {
    const given = { detect: DetectSettings.parse({}), ...CameraRegions.parse({}) };
    const door = { ...given, id: 'front-door', name: 'Front door' };
    const rules = await open({ cameras: () => [door, { ...given, id: 'cam-7', name: 'Gate' }] });
    const read = (where: string) => rules.interpret({ prompt: `tell me when a person is seen on ${where}` });
    expect(read('Front door')).toMatchObject({ status: 'ok', rules: [{ cameras: ['front-door'] }] });
    expect(read('front-door')).toMatchObject({ status: 'ok', rules: [{ cameras: ['front-door'] }] });
    expect(read('cam-7')).toMatchObject({ status: 'ok', rules: [{ cameras: ['cam-7'] }] });
  });

  it('tells which rules name a camera, and what they need', async () => {
    const rules = await open();
    const [own] = await rules.create({ rule: { ...personRule, cameras: ['yard'] } }, everything);
    await rules.create({ rule: personRule }, everything);
    expect(rules.rulesOf('yard')).toEqual([own?.id]);
    expect(rules.rulesNaming('yard', { zones: ['lawn'], lines: [] })).toEqual([]);
  });
});

describe('a rule with a phrase', () => {
  const redCar = Rule.parse({
    trigger: { behavior: 'appear', subject: { classes: ['car'], phrase: 'a red car' } },
  });
  const phrases = (...tasks: string[]) =>
    new PhraseRules({
      model: (task) => (tasks.includes(task) ? { name: `my-${task}` } : undefined),
      state: () => 'calibrating',
      needs: { crops: 500, seconds: 1800 },
      everyS: { track: 5, open: 2 },
    });

  it('is refused where phrases are not supported', async () => {
    const rules = await open();
    await expect(rules.create({ rule: redCar }, everything)).rejects.toMatchObject({ code: 'validation_failed' });
    expect(rules.interpret({ prompt: 'a red car' }).status).toBe('unsupported');
  });

  it('is refused where there is no model, with the model to download', async () => {
    const rules = await open({ phrases: phrases() });
    await expect(rules.create({ rule: redCar }, everything)).rejects.toMatchObject({
      code: 'no_model_for_this',
      hint: expect.stringContaining('lookout models pull tinyclip-8m'),
    });
    expect(rules.interpret({ prompt: 'a red car' })).toMatchObject({
      status: 'unsupported',
      reasons: [
        { phrase: 'red car', suggestions: ['car', expect.stringMatching(/pull tinyclip-8m` \(MIT, \d+ MB\)/)] },
      ],
    });
  });

  it('states what it needs and how it is looked for, and is stored as calibrating', async () => {
    const rules = await open({ phrases: phrases('embed') });
    expect(rules.interpret({ prompt: 'a red car' })).toMatchObject({
      status: 'ok',
      calibration: {
        needs: { crops: 500, seconds: 1800 },
        looking: { lane: 'track', every_s: 5, model: 'my-embed' },
      },
    });
    const [kept] = await rules.create({ prompt: 'a red car' }, everything);
    expect(kept).toMatchObject({ rule: redCar, state: 'calibrating', looking: { lane: 'track' } });
    const [later] = await (await open({ phrases: phrases() })).list();
    expect(later?.warning).toBe('No installed model can look for it.');
    expect(rules.interpret({ prompt: 'a person' })).not.toHaveProperty('calibration');
  });

  it('without a class is looked for by a model that finds what words describe, if there is one', async () => {
    const smoke = async (...tasks: string[]) =>
      (await open({ phrases: phrases(...tasks) })).interpret({ prompt: 'smoke' });
    expect(await smoke('embed')).toMatchObject({ calibration: { looking: { lane: 'open', model: 'my-embed' } } });
    expect(await smoke('embed', 'open-detect')).toMatchObject({
      calibration: { looking: { lane: 'open', every_s: 2, model: 'my-open-detect' } },
    });
  });
});
