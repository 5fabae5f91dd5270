import { CameraRegions, DetectSettings, type LookoutError, Rule, type Trigger } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { checkRule, isAbout, ruleWarning } from './check-rule.js';
import { contextOf, type NamedCamera, withCameraIds, withCameraNames } from './rule-context.js';

const triangle: Array<[number, number]> = [
  [0, 0],
  [1, 0],
  [1, 1],
];

function camera(id: string, extra: Partial<NamedCamera> = {}): NamedCamera {
  return { id, name: id, detect: DetectSettings.parse({}), ...CameraRegions.parse({}), ...extra };
}

const yard = camera('yard', {
  name: 'Back yard',
  zones: [{ name: 'Back door', points: triangle }],
  lines: [{ name: 'gate', from: [0, 0], to: [1, 1], sides: ['street', 'yard'] }],
});
const hall = camera('hall', { zones: [{ name: 'back  door', points: triangle }] });
const cameras = [yard, hall];
const model = { name: 'nanodet-g', classNames: ['person', 'car', 'dog'] };

function rule(trigger: object, extra: object = {}): Rule {
  return Rule.parse({ trigger: { behavior: 'appear', subject: { classes: ['person'] }, ...trigger }, ...extra });
}

/** The fields that a rule is refused for. */
function refused(given: Rule, among = cameras, hasSecondLook = false): string[] {
  try {
    checkRule(given, among, model, { hasSecondLook });
    return [];
  } catch (error) {
    const { code, errors = [] } = error as LookoutError;
    expect(code).toBe('validation_failed');
    return errors.map(({ field }) => field);
  }
}

describe('checkRule', () => {
  it.each([
    ['of any camera', rule({})],
    ['with a zone that one of its cameras has', rule({ zone: 'BACK DOOR' }, { cameras: ['yard', 'hall'] })],
    ['with a line', rule({ behavior: 'cross', line: 'Gate' })],
    ['of any class', rule({ subject: { classes: ['*'] } })],
    ['about two kinds', rule({ behavior: 'near', other: { classes: ['dog'] } })],
  ])('takes a rule %s', (_what, given) => {
    expect(refused(given)).toEqual([]);
  });

  it.each([
    ['a camera', rule({}, { cameras: ['yard', 'attic'] }), ['rule.cameras']],
    ['a zone', rule({ zone: 'shed' }), ['rule.trigger.zone']],
    ['a zone on its camera', rule({ behavior: 'cross', line: 'gate' }, { cameras: ['hall'] }), ['rule.trigger.line']],
    ['a class', rule({ subject: { classes: ['person', 'giraffe'] } }), ['rule.trigger.subject.classes']],
    ['another kind', rule({ behavior: 'without', other: { classes: ['owl'] } }), ['rule.trigger.other.classes']],
  ])('refuses a rule that names %s that is not there', (_what, given, fields) => {
    expect(refused(given)).toEqual(fields);
  });

  it('refuses a rule about what none of its cameras looks for', () => {
    const cars = camera('road', { detect: DetectSettings.parse({ classes: ['car'] }) });
    expect(refused(rule({}), [cars])).toEqual(['rule.trigger.subject.classes']);
    expect(refused(rule({}), [cars, yard])).toEqual([]);
    expect(refused(rule({ subject: { classes: ['car', 'person'] } }), [cars])).toEqual([]);
  });

  it('does not judge classes while no model is available', () => {
    const none = { name: 'x', classNames: [] };
    const owl = rule({ subject: { classes: ['owl'] } });
    expect(() => checkRule(owl, cameras, none, { hasSecondLook: false })).not.toThrow();
  });

  it('accepts a question about events only where there is a model to ask', () => {
    const asking = rule({}, { verify: { question: 'Is this really a person?' } });
    expect(refused(asking, cameras, true)).toEqual([]);
    expect(refused(asking)).toEqual(['rule.verify']);
    expect(() => checkRule(asking, cameras, model, { hasSecondLook: false })).toThrow(/VLM_BASE_URL/);
  });
});

describe('ruleWarning', () => {
  it('says why a rule does not fire, or not everywhere', () => {
    expect(ruleWarning(rule({}), cameras, model)).toBeUndefined();
    expect(ruleWarning(rule({ zone: 'shed' }), cameras, model)).toBe('There is no zone “shed” on any camera.');
    const off = camera('attic', { name: 'Attic', detect: DetectSettings.parse({ enabled: false }) });
    expect(ruleWarning(rule({}), [yard, off], model)).toBe('Detection is off on “Attic”.');
  });
});

describe('isAbout', () => {
  const about = (trigger: object, names: { zones?: string[]; lines?: string[] }, id = 'yard', extra = {}) =>
    isAbout(rule(trigger, extra), id, { zones: [], lines: [], ...names });

  it('finds rules by the zones and lines that they name, on their cameras', () => {
    expect(about({ zone: 'back door' }, { zones: ['lawn', 'Back Door'] })).toBe(true);
    expect(about({ zone: 'back door' }, { lines: ['Back Door'] })).toBe(false);
    expect(about({ behavior: 'cross', line: 'gate' }, { lines: ['gate'] })).toBe(true);
    expect(about({ zone: 'back door' }, { zones: ['Back Door'] }, 'yard', { cameras: ['hall'] })).toBe(false);
    expect(about({}, { zones: ['Back Door'] })).toBe(false);
  });
});

describe('contextOf', () => {
  it('lists the names that sentences may use, each once', () => {
    expect(contextOf(cameras, model)).toEqual({
      zones: ['back  door'],
      lines: [{ name: 'gate', sides: ['street', 'yard'] }],
      cameras: ['Back yard', 'yard', 'hall'],
      classes: ['person', 'car', 'dog'],
      model: 'nanodet-g',
    });
  });

  it('does not name the sides of lines that differ in them', () => {
    const other = camera('road', { lines: [{ name: 'Gate', from: [0, 0], to: [1, 1], sides: ['in', 'out'] }] });
    expect(contextOf([yard, other], model).lines).toEqual([{ name: 'Gate' }]);
  });
});

describe('withCameraIds', () => {
  const idsOf = (names: string[], among = cameras) => {
    const given = {
      status: 'ok',
      rules: [rule({}, { cameras: names })],
      summary: '',
      assumptions: [],
      spans: [],
    } as const;
    const read = withCameraIds({ ...given, rules: [...given.rules], assumptions: [], spans: [] }, among);
    return read.status === 'ok' ? read.rules[0]?.cameras : undefined;
  };

  it('knows cameras by name and by id', () => {
    expect(idsOf(['back yard', 'hall'])).toEqual(['yard', 'hall']);
    expect(idsOf(['yard', 'Back yard'])).toEqual(['yard']);
  });

  it('takes all cameras of a name, and a camera’s id before another’s name', () => {
    const twins = [camera('a', { name: 'Door' }), camera('b', { name: 'door' }), camera('door-2', { name: 'a' })];
    expect(idsOf(['door'], twins)).toEqual(['a', 'b']);
    expect(idsOf(['a'], twins)).toEqual(['a']);
  });

  it('leaves the cameras of a rule that names none', () => {
    const trigger = { behavior: 'appear' } as unknown as Trigger;
    const partial = { rules: [{ ...rule({}), trigger }] };
    const read = withCameraIds({ status: 'needs_input', questions: [], partial, spans: [] }, cameras);
    expect(read).toMatchObject({ partial: { rules: [{ cameras: 'all' }] } });
    expect(withCameraNames(rule({}, { cameras: ['yard', 'gone'] }), cameras).cameras).toEqual(['Back yard', 'gone']);
  });
});
