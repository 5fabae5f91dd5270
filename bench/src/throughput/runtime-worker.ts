import { randomFillSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { planLetterbox } from '@lookout/vision';
import { EMBEDDED_MODEL, prepareEmbeddedModel, resolveModel } from '@lookout/vision/models';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { monotonicMs } from '../lib/figures.js';

// ONNX Runtime and nothing else: one session, one thread, the same file and input shape as the server's worker.

const { model, width, height, size, seconds } = workerData as {
  model: string;
  width: number;
  height: number;
  size: number;
  seconds: number;
};
const modelsDir = join(tmpdir(), 'lookout-bench-models');
const info =
  model === EMBEDDED_MODEL ? await prepareEmbeddedModel(modelsDir) : await resolveModel(model, { modelsDir });
const session = await InferenceSession.create(info.path, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
});
const letterbox = planLetterbox(info, width, height, size);
const pixels = randomFillSync(new Uint8Array(letterbox.width * letterbox.height * 3));
const input = new Tensor('uint8', pixels, [1, letterbox.height, letterbox.width, 3]);
const feeds: Record<string, Tensor> = { [session.inputNames[0] as string]: input };
// Where the graph picks cells by score: none, as in an empty scene.
for (const name of session.inputNames.slice(1)) feeds[name] = new Tensor('float32', Float32Array.of(1), [1]);
for (let i = 0; i < 10; i++) await session.run(feeds);
const fromMs = monotonicMs();
let count = 0;
while (monotonicMs() - fromMs < seconds * 1000) {
  await session.run(feeds);
  count++;
}
parentPort?.postMessage((count / (monotonicMs() - fromMs)) * 1000);
