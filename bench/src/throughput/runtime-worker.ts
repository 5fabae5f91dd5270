import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { planLetterbox } from '@lookout/vision';
import { EMBEDDED_MODEL_FLOAT, embeddedModel, isEmbeddedName, resolveModel } from '@lookout/vision/models';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { monotonicMs } from '../lib/figures.js';

// Only ONNX Runtime: one session, one thread. `given`: the model as its file has it, the built-in one in 32 bits, on a square if its
// input is free. `served`: the file and input shape of the server's worker.

export interface RuntimeWork {
  /** Name of an embedded model, or a file. */
  model: string;
  form: 'given' | 'served';
  /** Longer side of the input if it is free. */
  size: number;
  seconds: number;
}

const { model, form, size, seconds } = workerData as RuntimeWork;
const { path, pixels } = form === 'given' ? given() : await served();
const session = await InferenceSession.create(path, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
});
const feeds: Record<string, Tensor> = { [session.inputNames[0] as string]: pixels ?? declaredPixels() };
// If the graph picks cells by score: none, as in an empty scene.
for (const name of session.inputNames.slice(1)) feeds[name] = new Tensor('float32', Float32Array.of(1), [1]);
for (let i = 0; i < 10; i++) await session.run(feeds);
const fromMs = monotonicMs();
let count = 0;
while (monotonicMs() - fromMs < seconds * 1000) {
  await session.run(feeds);
  count++;
}
parentPort?.postMessage((count / (monotonicMs() - fromMs)) * 1000);

function given(): { path: string; pixels?: Tensor } {
  if (!isEmbeddedName(model)) return { path: model };
  return { path: embeddedModel(EMBEDDED_MODEL_FLOAT).path, pixels: randomPixels([1, size, size, 3]) };
}

async function served(): Promise<{ path: string; pixels: Tensor }> {
  const info = await resolveModel(model, { modelsDir: join(tmpdir(), 'lookout-bench-models') });
  const { width, height } = planLetterbox(info, 640, 480, size);
  return { path: info.path, pixels: randomPixels([1, height, width, 3]) };
}

function randomPixels(dims: number[]): Tensor {
  const length = dims.reduce((product, side) => product * side, 1);
  return new Tensor(
    'float32',
    Float32Array.from({ length }, () => Math.floor(Math.random() * 256)),
    dims,
  );
}

/** Floats in the shape that the file declares; free sides are `size`. */
function declaredPixels(): Tensor {
  const [input] = session.inputMetadata;
  if (!input?.isTensor || input.type !== 'float32')
    throw new Error(`${model} does not accept pictures as 32-bit floats`);
  const dims = input.shape.map((side, axis) => (typeof side === 'number' ? side : axis === 0 ? 1 : size));
  return randomPixels(dims);
}
