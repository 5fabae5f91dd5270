import { regionKey, type StoredRule } from '@lookout/protocol';
import type { Shape } from './shapes.js';

/** The rules that refer to a zone or line of a camera by its name. */
export function rulesNaming(
  rules: readonly StoredRule[],
  cameraId: string,
  { kind, name }: Pick<Shape, 'kind' | 'name'>,
): StoredRule[] {
  if (kind === 'mask') return [];
  return rules.filter(({ rule: { cameras, trigger } }) => {
    if (cameras !== 'all' && !cameras.includes(cameraId)) return false;
    const named = kind === 'line' ? 'line' in trigger && trigger.line : 'zone' in trigger && trigger.zone;
    return typeof named === 'string' && regionKey(named) === regionKey(name);
  });
}
