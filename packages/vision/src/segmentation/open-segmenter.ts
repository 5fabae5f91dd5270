import { LookoutError } from '@lookout/protocol/core';
import type { ModelRunner } from '../runtime/model-runner.js';
import { type OpenRunnerOptions, openRunner } from '../runtime/onnx-runner.js';
import type { GraphRole, TaskModelInfo } from '../tasks/task-model.js';
import { efficientSam } from './efficient-sam.js';
import { EncoderDecoderSegmenter } from './encoder-decoder.js';
import { PicoSam3 } from './picosam3.js';
import { sam } from './sam.js';
import type { SamFormat } from './sam-format.js';
import { samOptimum } from './sam-optimum.js';
import { sam2 } from './sam2.js';
import type { Segmenter } from './segmenter.js';
import { YoloSeg } from './yolo-seg.js';

const FORMATS: Readonly<Record<string, SamFormat>> = {
  sam,
  sam2,
  'sam-optimum': samOptimum,
  'efficient-sam': efficientSam,
};

const SINGLE_GRAPHS: Readonly<Record<string, new (info: TaskModelInfo, runner: ModelRunner) => Segmenter>> = {
  picosam3: PicoSam3,
  'yolo-seg': YoloSeg,
};

/**
 * Loads a segmentation model.
 * @throws LookoutError `model_not_found`, `model_invalid`, `model_unsupported`, `unavailable` (provider)
 */
export async function openSegmenter(info: TaskModelInfo, options: OpenRunnerOptions): Promise<Segmenter> {
  const { name, family } = info;
  const Single = SINGLE_GRAPHS[family];
  if (Single) return new Single(info, await openRunner({ name, path: graphPath(info, 'model') }, options));
  const format = FORMATS[family];
  if (!format) {
    throw new LookoutError('model_unsupported', `Unknown family of segmentation models: ${family}`);
  }
  const [encoderPath, decoderPath] = [graphPath(info, 'encoder'), graphPath(info, 'decoder')];
  const encoder = await openRunner({ name, path: encoderPath }, options);
  try {
    const decoder = await openRunner({ name, path: decoderPath }, options);
    return new EncoderDecoderSegmenter(info, format, encoder, decoder);
  } catch (cause) {
    await encoder.close();
    throw cause;
  }
}

function graphPath({ name, graphs }: TaskModelInfo, role: GraphRole): string {
  const path = graphs[role];
  if (path) return path;
  throw new LookoutError('model_invalid', `Model ${name} lacks its ${role === 'model' ? 'graph' : role}`);
}
