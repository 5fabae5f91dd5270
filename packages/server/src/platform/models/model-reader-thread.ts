import { parentPort, workerData } from 'node:worker_threads';
import type { ReadModelsTask } from './model-reader.js';
import { readModels } from './read-models.js';

// Reads the requested models, replies once, and ends.

const { runs, ...task } = workerData as ReadModelsTask & { runs: Int32Array };
parentPort?.postMessage(await readModels(task, runs));
