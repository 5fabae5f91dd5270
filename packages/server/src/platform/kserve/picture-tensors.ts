import { InferResponse } from '@lookout/protocol';
import type { TensorDeclaration } from '@lookout/vision/detector';
import { checkMessage, type EncodedMessage, encodeMessage, readTensors, splitMessage } from './message.js';
import type { KServeTensor } from './tensor.js';

// The client's side of a model that takes one encoded picture and returns boxes, as Lookout's own `detect`.

/** `platform` of a Lookout's `detect`, which takes thresholds in `parameters`. */
export const PICTURE_PLATFORM = 'lookout_detector';

/** More boxes than any picture has; more than that is a fault of the server. */
const MAX_VALUES = 100_000;
const OUTPUTS = ['boxes', 'scores', 'class_ids', 'class_names'] as const;

/** Boxes as a server returned them, one entry each. */
export interface ReturnedBoxes {
  /** x1, y1, x2, y2 of each, pixels of the upright picture. */
  boxes: readonly number[];
  scores: readonly number[];
  /** Names if it returned any; otherwise ids. */
  classes: readonly (string | number)[];
}

/** Whether a model's tensors are those of one that takes encoded pictures. */
export function takesPictures(inputs: readonly TensorDeclaration[], outputs: readonly TensorDeclaration[]): boolean {
  const has = (name: string) => outputs.some((output) => output.name === name);
  const [input] = inputs;
  return (
    inputs.length === 1 &&
    input!.type === 'string' &&
    has('boxes') &&
    has('scores') &&
    (has('class_names') || has('class_ids'))
  );
}

/**
 * A request for the boxes of one picture.
 * @param input of the model
 * @param outputs of the model; only those that are read are asked for
 */
export function encodePicture(
  input: TensorDeclaration,
  outputs: readonly TensorDeclaration[],
  bytes: Uint8Array,
  parameters: Readonly<Record<string, number>>,
): EncodedMessage {
  const wanted = outputs.filter(({ name }) => OUTPUTS.some((one) => one === name)).map(({ name }) => ({ name }));
  const tensor: KServeTensor = { name: input.name, datatype: 'BYTES', shape: input.shape.map(() => 1), data: [bytes] };
  const fields = { ...(Object.keys(parameters).length > 0 && { parameters }), outputs: wanted };
  return encodeMessage('inputs', fields, [tensor], () => true);
}

/** @throws Error for what makes no sense */
export function readBoxes({
  body,
  headerLength,
}: {
  body: Uint8Array;
  headerLength: string | undefined;
}): ReturnedBoxes {
  const { json, binary } = splitMessage(body, headerLength);
  const tensors = readTensors('outputs', checkMessage(InferResponse, json).outputs, binary, MAX_VALUES);
  const named = (name: (typeof OUTPUTS)[number]) => tensors.find((tensor) => tensor.name === name);
  const numbers = (name: (typeof OUTPUTS)[number]) => {
    const data = named(name)?.data;
    if (data === undefined || Array.isArray(data)) throw new Error(`expected numbers in the output ${name}`);
    const values = Array.from(data as ArrayLike<number | bigint>, Number);
    if (!values.every(Number.isFinite)) throw new Error(`the output ${name} contains NaN or Infinity`);
    return values;
  };
  const decoder = new TextDecoder();
  const names = named('class_names')?.data;
  const classes = Array.isArray(names) ? names.map((name) => decoder.decode(name)) : numbers('class_ids');
  const [boxes, scores] = [numbers('boxes'), numbers('scores')];
  if (boxes.length !== scores.length * 4 || classes.length !== scores.length) {
    throw new Error(`got ${boxes.length} numbers of boxes, ${scores.length} scores and ${classes.length} classes`);
  }
  return { boxes, scores, classes };
}
