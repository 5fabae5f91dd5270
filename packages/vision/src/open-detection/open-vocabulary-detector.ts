import { LookoutError } from '@lookout/protocol/core';
import type { OpenRunnerOptions } from '../runtime/onnx-runner.js';
import type { TaskModelInfo } from '../tasks/task-model.js';
import type { OpenDetector } from './open-detector.js';
import { openOwl } from './owl-detector.js';
import { openPromptedYolo } from './prompted-yolo.js';

/**
 * Loads an open-vocabulary detector on the calling thread. Its text side is loaded with the first text.
 * @throws LookoutError `model_not_found`, `model_invalid`, `model_unsupported`, `unavailable` (provider)
 */
export async function openVocabularyDetector(info: TaskModelInfo, options: OpenRunnerOptions): Promise<OpenDetector> {
  switch (info.family) {
    case 'owl':
      return openOwl(info, options);
    case 'yolo-world':
    case 'yolo-world-mm':
    case 'yoloe':
      return openPromptedYolo(info, options);
    default:
      throw new LookoutError('model_unsupported', `Unknown family of open-vocabulary detectors: ${info.family}`);
  }
}
