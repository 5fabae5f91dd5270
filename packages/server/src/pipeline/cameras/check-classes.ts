import { type CameraConfig, LookoutError } from '@lookout/protocol';
import { closest, distance } from 'fastest-levenshtein';

/** A name within this edit distance of a known class counts as a typo. */
const MAX_TYPOS = 2;

/**
 * Rejects classes that a model does not have: a camera looking for them would silently find nothing.
 * @param field where they were given
 * @throws LookoutError `validation_failed`, with a suggestion for a likely typo
 */
export function checkClasses(
  classes: readonly string[],
  model: { name: string; classNames: readonly string[] },
  field = 'detect.classes',
): void {
  // Nothing is known about a model that is not available yet.
  if (model.classNames.length === 0) return;
  for (const name of classes) {
    if (model.classNames.includes(name)) continue;
    const likely = closest(name.toLowerCase(), [...model.classNames]);
    const isTypo = distance(name.toLowerCase(), likely) <= MAX_TYPOS;
    throw new LookoutError('validation_failed', `${field}: model ${model.name} has no class "${name}"`, {
      hint: isTypo ? `Did you mean "${likely}"?` : 'GET /api/models lists the classes of each model.',
    });
  }
}

/** A warning to show with a camera that looks for classes which the model does not have. */
export function warnOfClasses(unknown: readonly string[], model: { name: string }): string | undefined {
  if (unknown.length === 0) return undefined;
  const quoted = unknown.map((name) => `“${name}”`).join(', ');
  return `The camera looks for ${quoted}, but model ${model.name} has no such class.`;
}

/** Classes that a camera looks for and the model does not have, which are never detected. */
export function unknownClassesOf(
  { detect }: CameraConfig,
  { classNames }: { classNames: readonly string[] },
): string[] {
  return (detect.classes ?? []).filter((name) => !classNames.includes(name));
}
