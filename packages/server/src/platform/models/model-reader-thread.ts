import { parentPort, workerData } from 'node:worker_threads';
import { LookoutError } from '@lookout/protocol';
import type { ReadModel, ReadModelsTask } from './model-reader.js';
import { describeModelFile, prepareModel } from './prepare-model.js';

// Reads the requested models, replies once, and ends.

const { modelsDir, sources, prepare, runs } = workerData as ReadModelsTask & { runs: Int32Array };

async function read(source: string): Promise<ReadModel> {
  try {
    if (prepare) return { ok: true, ...(await prepareModel(source, modelsDir, runs)) };
    return { ok: true, info: await describeModelFile(source, modelsDir, runs), bytes: 0 };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof LookoutError) return { ok: false, code: error.code, message, hint: error.hint };
    return { ok: false, code: 'model_invalid', message, hint: undefined };
  }
}

const found: ReadModel[] = [];
// One at a time: several large models at once might not fit into memory.
for (const source of sources) found.push(await read(source));
parentPort?.postMessage(found);
