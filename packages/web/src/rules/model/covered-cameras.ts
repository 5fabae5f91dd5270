import type { Camera, StoredRule, Suppression } from '@lookout/protocol';
import { partsOf } from './parts.js';
import { camerasOfRule } from './places.js';

/** What is ignored on a rule's cameras that it would otherwise warn about. */
export function ignoredFor(
  rule: Pick<StoredRule, 'rule'>,
  suppressions: readonly Suppression[],
  cameras: readonly Camera[],
): Suppression[] {
  const { who, where } = partsOf(rule.rule);
  const ids = camerasOfRule(where, cameras).map(({ id }) => id);
  const isMeant = (name: string) => who.classes.includes('*') || who.classes.includes(name);
  return suppressions.filter(({ camera, class_name }) => ids.includes(camera) && isMeant(class_name));
}

/** The rules that can warn about a camera. */
export function rulesOnCamera<T extends Pick<StoredRule, 'rule'>>(rules: readonly T[], camera: Camera): T[] {
  return rules.filter(({ rule }) => camerasOfRule(partsOf(rule).where, [camera]).length > 0);
}

/** Number of rules with a second look that can warn about a camera. */
export function askingRules(rules: readonly StoredRule[], camera: Camera): number {
  return rulesOnCamera(rules, camera).filter(({ rule }) => rule.verify).length;
}

/** The camera that keeps a rule from warning: the only one it is for, where that has no picture. */
export function blindCamera(rule: Pick<StoredRule, 'rule'>, cameras: readonly Camera[]): Camera | undefined {
  const [only, ...others] = camerasOfRule(partsOf(rule.rule).where, cameras);
  return only && others.length === 0 && only.state !== 'live' ? only : undefined;
}
