import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { LookoutError } from '@lookout/protocol/core';
import { readTaskModel } from '@lookout/vision/models';
import type { ReadTaskModel, ReadTaskModelsTask } from './read-task-models.js';

// Reads the models it is given, replies once, and ends.

const { modelsDir, candidates } = workerData as ReadTaskModelsTask;
const found: ReadTaskModel[] = [];
for (const { file, isFolder } of candidates) {
  const name = file.replace(/\.onnx$/i, '');
  try {
    found.push({ ok: true, name, info: await readTaskModel(join(modelsDir, file), modelsDir) });
  } catch (error) {
    // A single file that is for none of these tasks is a detector, which others read.
    if (!isFolder) continue;
    const hint = error instanceof LookoutError ? error.hint : undefined;
    found.push({ ok: false, name, message: (error as Error).message, hint });
  }
}
parentPort?.postMessage(found);
