import { LookoutError, type Rule, regionKey, type Trigger } from '@lookout/protocol';
import type { PhraseRules } from './phrase-rules.js';
import type { NamedCamera, NamedModel } from './rule-context.js';

/** What rules may need besides cameras and the detection model. */
export interface RuleHelp {
  /** Whether a vision-language model is set up, to be asked about events. */
  readonly hasSecondLook: boolean;
  /** Undefined: this server does not support phrases. */
  readonly phrases?: Pick<PhraseRules, 'check'> | undefined;
}

/**
 * Refuses a rule that could never fire: with a missing camera, zone, line or class, or a phrase that no installed model can
 * look for.
 * @throws LookoutError `validation_failed`, with each field; `no_model_for_this`
 */
export function checkRule(rule: Rule, cameras: readonly NamedCamera[], model: NamedModel, help: RuleHelp): void {
  const errors = [
    ...unknownCameras(rule, cameras),
    ...unknownPlaces(rule, cameras),
    ...unknownClasses(rule.trigger, model),
    ...unseenClasses(rule, cameras),
    ...(help.phrases ? [] : notWatched(rule)),
    ...unansweredQuestion(rule, help),
  ];
  if (errors.length === 0) {
    help.phrases?.check(rule);
    return;
  }
  throw new LookoutError('validation_failed', errors.map(({ message }) => message).join('; '), { errors });
}

/** Why a stored rule does not fire at present, or not on all its cameras; undefined if nothing is wrong with it. */
export function ruleWarning(rule: Rule, cameras: readonly NamedCamera[], model: NamedModel): string | undefined {
  const errors = [
    ...(rule.cameras === 'all' ? [] : unknownCameras(rule, cameras)),
    ...unknownPlaces(rule, cameras),
    ...unknownClasses(rule.trigger, model),
  ];
  const reasons = errors.map(({ message }) => message);
  const blind = camerasOf(rule, cameras).filter(({ detect }) => !detect.enabled);
  if (blind.length > 0) reasons.push(`detection is off on ${listed(blind.map(({ name }) => name))}`);
  return reasons.length === 0 ? undefined : `${capitalised(reasons.join('; '))}.`;
}

/** The cameras that a rule is about. */
export function camerasOf<C extends Pick<NamedCamera, 'id'>>({ cameras }: Rule, all: readonly C[]): C[] {
  return all.filter(({ id }) => cameras === 'all' || cameras.includes(id));
}

/** Whether a rule is about one of these zones or lines of a camera. */
export function isAbout(
  rule: Rule,
  cameraId: string,
  { zones, lines }: { zones: readonly string[]; lines: readonly string[] },
): boolean {
  if (rule.cameras !== 'all' && !rule.cameras.includes(cameraId)) return false;
  const { trigger } = rule;
  if (trigger.behavior === 'cross') return has(lines, trigger.line);
  return trigger.zone !== undefined && has(zones, trigger.zone);
}

interface FieldError {
  field: string;
  message: string;
}

function unknownCameras({ cameras: ids }: Rule, cameras: readonly NamedCamera[]): FieldError[] {
  if (ids === 'all') return [];
  const unknown = ids.filter((id) => !cameras.some((camera) => camera.id === id));
  return unknown.map((id) => ({ field: 'rule.cameras', message: `there is no camera “${id}”` }));
}

function unknownPlaces(rule: Rule, cameras: readonly NamedCamera[]): FieldError[] {
  const { trigger } = rule;
  const own = camerasOf(rule, cameras);
  const isCross = trigger.behavior === 'cross';
  const place = isCross ? trigger.line : trigger.zone;
  if (place === undefined) return [];
  const names = own.flatMap(({ zones, lines }) => (isCross ? lines : zones).map(({ name }) => name));
  if (has(names, place)) return [];
  const what = isCross ? 'line' : 'zone';
  const where = rule.cameras === 'all' ? 'any camera' : listed(rule.cameras);
  return [{ field: `rule.trigger.${what}`, message: `there is no ${what} “${place}” on ${where}` }];
}

function unknownClasses(trigger: Trigger, { name: model, classNames }: NamedModel): FieldError[] {
  // Nothing is known about a model that is not available yet.
  if (classNames.length === 0) return [];
  return Object.entries(subjectsOf(trigger)).flatMap(([key, { classes }]) =>
    classes
      .filter((name) => name !== '*' && !classNames.includes(name))
      .map((name) => ({ field: `rule.trigger.${key}.classes`, message: `model ${model} has no class “${name}”` })),
  );
}

/** Classes that none of the rule's cameras looks for. */
function unseenClasses(rule: Rule, cameras: readonly NamedCamera[]): FieldError[] {
  const own = camerasOf(rule, cameras);
  if (own.length === 0) return [];
  return Object.entries(subjectsOf(rule.trigger)).flatMap(([key, { classes }]) => {
    const isSeen = own.some(({ detect }) =>
      classes.some((name) => name === '*' || detect.classes === undefined || detect.classes.includes(name)),
    );
    if (isSeen) return [];
    const message = `none of the cameras looks for ${listed(classes)}: add it to the classes that they detect`;
    return [{ field: `rule.trigger.${key}.classes`, message }];
  });
}

/** A phrase on a server without phrases: a rule that ignored it would fire for anything. */
function notWatched({ trigger }: Rule): FieldError[] {
  if (trigger.subject.phrase === undefined) return [];
  return [{ field: 'rule.trigger.subject.phrase', message: 'this server does not support phrases' }];
}

/** A question without a model to ask. */
function unansweredQuestion({ verify }: Rule, { hasSecondLook }: RuleHelp): FieldError[] {
  if (!verify || hasSecondLook) return [];
  const message =
    'no vision-language model is set up: set VLM_BASE_URL, or its address in the settings under “Second look”';
  return [{ field: 'rule.verify', message }];
}

function subjectsOf(trigger: Trigger): Record<string, Trigger['subject']> {
  return { subject: trigger.subject, ...('other' in trigger && { other: trigger.other }) };
}

function has(names: readonly string[], name: string): boolean {
  return names.some((one) => regionKey(one) === regionKey(name));
}

function listed(names: readonly string[]): string {
  return names.map((name) => `“${name}”`).join(', ');
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
