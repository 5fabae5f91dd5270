import type { ModelInfo } from '../model-info/model-info.js';
import { type OpenRunnerOptions, openRunner } from '../runtime/onnx-runner.js';
import type { Detector } from './detector.js';
import { createDetector } from './format-detector.js';

export type OpenDetectorOptions = OpenRunnerOptions;

/**
 * Loads a model, on the calling thread, and runs it once so that the first frame is as fast as the next.
 * @throws LookoutError `model_not_found`, `model_invalid`, `model_unsupported`, `unavailable` (provider).
 */
export async function openDetector(info: ModelInfo, options: OpenDetectorOptions = {}): Promise<Detector> {
  const runner = await openRunner(info, options);
  try {
    return await createDetector(info, runner);
  } catch (error) {
    await runner.close();
    throw error;
  }
}
