import type { ModelInfo } from '../model-info.js';
import type { Detector } from './detector.js';
import { createDetector } from './format-detector.js';
import { type OpenRunnerOptions, openRunner } from './onnx-runner.js';

export type OpenDetectorOptions = OpenRunnerOptions;

/**
 * Loads a model, on the calling thread, and runs it once so that the first frame is as quick as the next.
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
