import { LookoutError } from '@lookout/protocol';
import type { Facts, Fit } from '../detector/formats/facts.js';
import { OUTPUT_FORMATS } from '../detector/formats/index.js';
import { MODEL_FORMATS, type ModelFormat } from '../model-info.js';
import type { TensorInfo } from '../onnx/model-file.js';
import { COCO_NAMES } from './coco-names.js';
import { recogniseOther } from './other-models.js';

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
 * @throws LookoutError `model_unsupported` with the reason and what was seen; `UnknownShapesError`
 */
export function possibleFormats(facts: Facts, format?: ModelFormat): PossibleFormat[] {
  const task = facts.metadata.get('task');
  const other = task && OTHER_TASKS[task];
  if (other) throw new LookoutError('model_unsupported', `This model is ${other}`);
  const fitting = fittingFormats(facts);
  if (format) {
    const named = fitting.filter((one) => one.format === format);
    if (named.length > 0) return named;
    if (hasFreeShapes(facts)) {
      const outputs = facts.outputs.map(({ name }) => name);
      return [{ outputs, classCount: facts.nameCount, exact: true, format }];
    }
    throw notOfFormat(facts, format, likeliest(fitting));
  }
  if (fitting.length > 0) return likeliest(fitting);
  throw unknownOutputs(facts);
}

function fittingFormats(facts: Facts): PossibleFormat[] {
  return MODEL_FORMATS.flatMap((format) => {
    const fit = OUTPUT_FORMATS[format].fit(facts);
    return fit ? [{ ...fit, format }] : [];
  });
}

function likeliest(fitting: readonly PossibleFormat[]): PossibleFormat[] {
  const exact = fitting.filter((one) => one.exact);
  // Exports that don't name their classes are COCO's in practice.
  const isCoco = ({ classCount }: Fit) => classCount === COCO_NAMES.length;
  return (exact.length > 0 ? exact : fitting).toSorted((a, b) => Number(isCoco(b)) - Number(isCoco(a)));
}

function notOfFormat(facts: Facts, format: ModelFormat, fitting: readonly PossibleFormat[]): LookoutError {
  const message = `The file beside the model names the format ${format}, which its outputs are not of: ${describeOutputs(facts)}`;
  const others = [...new Set(fitting.map((one) => one.format))];
  if (others.length === 0)
    return new LookoutError('model_unsupported', message, { hint: unknownOutputs(facts).message });
  const hint = `These formats fit: ${others.join(', ')}. Without \`format\` it is found out which`;
  return new LookoutError('model_unsupported', message, { hint });
}

function unknownOutputs(facts: Facts): LookoutError {
  const { outputs, nameCount } = facts;
  const Refusal = hasFreeShapes(facts) ? UnknownShapesError : LookoutError;
  const [unnamed] = nameCount === undefined ? [] : likeliest(fittingFormats({ ...facts, nameCount: undefined }));
  if (unnamed?.classCount !== undefined) {
    return new Refusal(
      'model_unsupported',
      `The model has ${unnamed.classCount} classes by its outputs, but ${nameCount} are named: ${describeOutputs(facts)}`,
      { hint: `List ${unnamed.classCount} names in a file beside the model: model.yaml` },
    );
  }
  const { what, instead } = recogniseOther(outputs, facts);
  return new Refusal('model_unsupported', `${what}: ${describeOutputs(facts)}`, { hint: instead });
}

function describeOutputs({ outputs }: Facts): string {
  return outputs.map(describeTensor).join(', ');
}

/** @returns its name and shape: `output0 1×84×8400` */
export function describeTensor({ name, shape }: TensorInfo): string {
  return `${name} ${shape?.map((size) => size ?? '?').join('×') ?? '?'}`;
}

/** Whether sizes are left open that a run would show. */
function hasFreeShapes({ outputs }: Facts): boolean {
  return outputs.some(({ shape }) => !shape?.slice(1).every((size) => typeof size === 'number'));
}
