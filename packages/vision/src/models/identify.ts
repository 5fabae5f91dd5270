import { LookoutError } from '@lookout/protocol';
import type { Facts, Fit } from '../detector/formats/facts.js';
import { OUTPUT_FORMATS } from '../detector/formats/index.js';
import { MODEL_FORMATS, type ModelFormat } from '../model-info.js';
import { COCO_NAMES } from './coco-names.js';

/** One way to read a model's outputs. */
export interface PossibleFormat extends Fit {
  format: ModelFormat;
}

/** The file leaves sizes of its outputs free, by which its format would be told. A run shows them. */
export class UnknownShapesError extends LookoutError {}

/** What a model can be other than a detector, by Ultralytics' `task`. */
const OTHER_TASKS: Readonly<Record<string, string>> = {
  classify: 'an image classifier: it says what a picture shows, not where',
  obb: 'a detector of rotated boxes, which are not known here',
  semantic: 'a semantic segmenter: it has no boxes',
};

/**
 * Which formats a model's outputs can be of, by its metadata and their names and shapes, the likeliest first. Several formats share
 * their shapes: values tell those apart.
 * @param format by sidecar: then only the classes are to be found out.
 * @throws LookoutError `model_unsupported` with the reason and what was seen.
 */
export function possibleFormats(facts: Facts, format?: ModelFormat): PossibleFormat[] {
  const task = facts.metadata.get('task');
  const other = task && OTHER_TASKS[task];
  if (other) throw new LookoutError('model_unsupported', `This model is ${other}`);
  const formats = format ? [format] : MODEL_FORMATS;
  const fitting = formats.flatMap((one) => {
    const fit = OUTPUT_FORMATS[one].fit(facts);
    return fit ? [{ ...fit, format: one }] : [];
  });
  if (format) {
    const all = { outputs: facts.outputs.map(({ name }) => name), classCount: facts.nameCount, exact: true, format };
    return fitting.length > 0 ? fitting : [all];
  }
  const exact = fitting.filter((one) => one.exact);
  // Exports that don't name their classes are COCO's in practice.
  const isCoco = ({ classCount }: Fit) => classCount === COCO_NAMES.length;
  const likely = (exact.length > 0 ? exact : fitting).toSorted((a, b) => Number(isCoco(b)) - Number(isCoco(a)));
  if (likely.length > 0) return likely;
  throw unknownOutputs(facts);
}

function unknownOutputs({ outputs }: Facts): LookoutError {
  const shapes = outputs
    .map(({ name, shape }) => `${name} ${shape?.map((size) => size ?? '?').join('×') ?? '?'}`)
    .join(', ');
  if (outputs.length === 1 && outputs[0]?.shape?.length === 2) {
    return new LookoutError(
      'model_unsupported',
      `This model looks like an image classifier: its only output is ${shapes}`,
    );
  }
  const UnknownError = outputs.some(({ shape }) => !shape?.slice(1).every(isKnown)) ? UnknownShapesError : LookoutError;
  return new UnknownError('model_unsupported', `The model's outputs are of no known detector: ${shapes}`, {
    hint: 'If it is one, name its format in a file beside the model: model.yaml',
  });
}

function isKnown(size: number | string | null): boolean {
  return typeof size === 'number';
}
