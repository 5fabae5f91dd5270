import {
  type CameraConfig,
  type ContextLine,
  type Interpretation,
  type Line,
  type PartialRule,
  type Rule,
  type RuleContext,
  regionKey,
} from '@lookout/protocol';

/** What is known of a camera that rules may be about. */
export type NamedCamera = Pick<CameraConfig, 'id' | 'name' | 'detect' | 'zones' | 'lines'>;

/** The model that finds objects. */
export interface NamedModel {
  readonly name: string;
  readonly classNames: readonly string[];
}

/**
 * The names that a sentence may use on this server. A camera is known by its name, and by its id where that reads differently.
 */
export function contextOf(cameras: readonly NamedCamera[], model: NamedModel): RuleContext {
  return {
    zones: distinct(cameras.flatMap(({ zones }) => zones.map(({ name }) => name))),
    lines: distinctLines(cameras.flatMap(({ lines }) => lines)),
    cameras: cameraNames(cameras),
    classes: [...model.classNames],
    model: model.name,
  };
}

/** An interpretation whose rules name cameras by id, where they were read by the names of `contextOf`. */
export function withCameraIds(interpretation: Interpretation, cameras: readonly NamedCamera[]): Interpretation {
  const ids = <R extends Rule | PartialRule>(rule: R): R => ({ ...rule, cameras: idsOf(rule.cameras, cameras) });
  if (interpretation.status === 'ok') return { ...interpretation, rules: interpretation.rules.map(ids) };
  if (interpretation.status !== 'needs_input') return interpretation;
  return { ...interpretation, partial: { rules: interpretation.partial.rules.map(ids) } };
}

/** A rule that names its cameras as people do, to be put into words. */
export function withCameraNames(rule: Rule, cameras: readonly NamedCamera[]): Rule {
  if (rule.cameras === 'all') return rule;
  const nameOf = new Map(cameras.map(({ id, name }) => [id, name]));
  return { ...rule, cameras: rule.cameras.map((id) => nameOf.get(id) ?? id) };
}

/** A name that several cameras have stands for all of them; an id stands for its camera alone. */
function idsOf(named: Rule['cameras'], cameras: readonly NamedCamera[]): Rule['cameras'] {
  if (named === 'all') return named;
  const ids = named.flatMap((name) => {
    const key = regionKey(name);
    const own = cameras.filter((camera) => camera.id === key);
    const found = own.length > 0 ? own : cameras.filter((camera) => regionKey(camera.name) === key);
    return found.length > 0 ? found.map(({ id }) => id) : [name];
  });
  return [...new Set(ids)];
}

/** Without ids that read like a name: `front-door` would be a second camera “Front door”. */
function cameraNames(cameras: readonly NamedCamera[]): string[] {
  const read = new Set(cameras.map(({ name }) => wordsOf(name)));
  return distinct(cameras.flatMap(({ name, id }) => (read.has(wordsOf(id)) ? [name] : [name, id])));
}

const wordsOf = (name: string) => regionKey(name.replaceAll('-', ' '));

function distinct(names: readonly string[]): string[] {
  return [...new Map(names.map((name) => [regionKey(name), name])).values()];
}

/** Lines of the same name on several cameras: sides are named if they agree. */
function distinctLines(lines: readonly Line[]): ContextLine[] {
  const byKey = new Map<string, { name: string; sides: Line['sides'] }>();
  for (const { name, sides } of lines) {
    const known = byKey.get(regionKey(name));
    const agrees = known === undefined || JSON.stringify(known.sides) === JSON.stringify(sides);
    byKey.set(regionKey(name), { name, sides: agrees ? sides : undefined });
  }
  return [...byKey.values()].map(({ name, sides }) => ({ name, ...(sides && { sides }) }));
}
