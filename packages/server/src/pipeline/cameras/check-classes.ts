import { LookoutError } from '@lookout/protocol';
import { closest, distance } from 'fastest-levenshtein';

/** A name this near to a known one is taken for a slip of the finger. */
const MAX_TYPOS = 2;

/**
 * Refuses classes that a model does not have: a camera that looks for them finds nothing, and nobody notices.
 * @throws LookoutError `validation_failed`, with the name that was probably meant
 */
export function checkClasses(classes: readonly string[], model: { name: string; classNames: readonly string[] }): void {
  // Of a model that is not there yet nothing is known.
  if (model.classNames.length === 0) return;
  for (const name of classes) {
    if (model.classNames.includes(name)) continue;
    const likely = closest(name.toLowerCase(), [...model.classNames]);
    const isTypo = distance(name.toLowerCase(), likely) <= MAX_TYPOS;
    throw new LookoutError('validation_failed', `detect.classes: the model ${model.name} does not know "${name}"`, {
      hint: isTypo ? `Did you mean "${likely}"?` : 'GET /api/models lists the classes of each model.',
    });
  }
}
