import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { LookoutError } from '@lookout/protocol/core';
import { readTaskModel } from '@lookout/vision/models';
import type { Candidate, ReadCandidates, ReadTaskModel, ReadTaskModelsTask } from './read-task-models.js';

// Reads the models it is given, replies once, and ends.

const { modelsDir, candidates } = workerData as ReadTaskModelsTask;
const read = async ({ file, isFolder }: Candidate): Promise<ReadTaskModel | undefined> => {
  const name = file.replace(/\.onnx$/i, '');
  try {
    return { ok: true, name, info: await readTaskModel(join(modelsDir, file), modelsDir) };
  } catch (error) {
    // A single file that is for none of these tasks is a detector, which is read elsewhere.
    if (!isFolder) return undefined;
    const hint = error instanceof LookoutError ? error.hint : undefined;
    return { ok: false, name, message: (error as Error).message, hint };
  }
};
const answer: (ReadTaskModel | undefined)[] = [];
// One at a time: checksums are limited by the disk.
for (const candidate of candidates) answer.push(await read(candidate));
parentPort?.postMessage(answer satisfies ReadCandidates);
