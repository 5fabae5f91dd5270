import { LookoutError } from '@lookout/protocol/core';
import { ImageInput } from '../detector/tensors.js';
import { type ElementType, modelOutputs, type TensorInfo } from '../onnx/model-file.js';
import type { OnnxModel } from '../onnx/schema.js';
import { UNIT_RGB } from '../output-formats/conventions.js';
import type { ModelRunner, NamedTensor } from '../runtime/model-runner.js';
import { type Description, describeModel, inputSize, likeliest, modelImage, type SeenShapes } from './describe.js';
import { judgeReadings } from './judge-readings.js';
import type { Sidecar } from './sidecar.js';
import { FREE_INPUT_PX, type ModelTrial } from './trial-photos.js';

/**
 * Works out how to read a model by running it: this shows shapes that the file leaves free, and which of the ways to read its
 * outputs makes sense of their values.
 * @throws LookoutError `model_unsupported` with the reason; whatever opening and running it throws.
 */
export async function tryModel(
  { name, path, model, sidecar }: { name: string; path: string; model: OnnxModel; sidecar: Sidecar },
  { openRunner, photos }: ModelTrial,
): Promise<Description> {
  // Throws if there is no picture input, before the model is loaded.
  modelImage(model);
  const runner = await openRunner({ name, path });
  try {
    const descriptions = describeModel(model, sidecar, await seeShapes(model, sidecar, runner));
    const advice = sidecar.format
      ? 'Remove `format` from the file next to it to have the format detected.'
      : 'No other format fits its outputs: export it again.';
    const readings = descriptions.map(({ info, preparation }) => ({ ...info, name, path, preparation }));
    const { index, fractionalBoxes, logitScores, reading } = await judgeReadings(readings, runner, photos, advice);
    const { info, ...rest } = descriptions[index]!;
    return {
      ...rest,
      info: { ...info, ...(fractionalBoxes && { fractionalBoxes }), ...(logitScores && { logitScores }), reading },
    };
  } catch (error) {
    if (!(error instanceof LookoutError) || error.code !== 'inference_failed') throw error;
    // It may still work with a camera's pictures.
    const { info, ...rest } = likeliest(describeModel(model, sidecar));
    const warning = `Model ${name} fails at a trial photo: ${error.message}`;
    return { ...rest, info: { ...info, reading: { ...info.reading, certainty: 'unsure', warning } } };
  } finally {
    await runner.close();
  }
}

/** Runs the model on a grey picture if the file does not give all sizes. */
async function seeShapes(model: OnnxModel, sidecar: Sidecar, runner: ModelRunner): Promise<SeenShapes | undefined> {
  const declared = modelOutputs(model);
  if (declared.every(({ shape }) => shape?.slice(1).every((size) => typeof size === 'number'))) return undefined;
  const { width, height } = inputSize(modelImage(model), sidecar) ?? { width: FREE_INPUT_PX, height: FREE_INPUT_PX };
  const grey = new Float32Array(width * height * 3).fill(114);
  const results = await runner.run(new ImageInput(runner.inputs, UNIT_RGB).feeds([grey], width, height));
  return { width, height, outputs: declared.map((output) => seen(output, results)) };
}

function seen(declared: TensorInfo, results: readonly NamedTensor[]): TensorInfo {
  const result = results.find(({ name }) => name === declared.name);
  if (!result) return declared;
  // The first dimension is the batch size, or a number of boxes, which depends on the picture.
  const shape = result.dims.map((size, axis) => (axis > 0 && size > 0 ? size : (declared.shape?.[axis] ?? null)));
  const type = declared.type === 'other' ? (result.type as ElementType) : declared.type;
  return { name: declared.name, type, shape };
}
