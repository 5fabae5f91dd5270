import { parentPort, workerData } from 'node:worker_threads';
import { nowMs, PictureCodec } from '@lookout/media/codec';
import { LookoutError } from '@lookout/protocol/core';
import { describeMask } from '@lookout/vision';
import { setThreadNice } from '../../platform/threads/thread-priority.js';
import { FrozenImages } from './frozen-images.js';
import { OpenedModels } from './opened-models.js';
import { cropSquare, decodeImage, glance } from './picture-crops.js';
import type { FromTaskWorker, TaskCall, TaskCalls, TaskJob, TaskWorkerSetup, ToTaskWorker } from './task-messages.js';

// Runs the models for other tasks beside live detection, one job at a time.

const port = parentPort;
if (!port) throw new TypeError('task-worker runs as a worker thread');
// Live detection comes first: at nice 15, the scheduler gives this thread a thirtieth of a contended core. With less, answers would take
// too long on a machine that is always busy.
setThreadNice(15);
const PART = 4;
const { runs: shared, threads } = workerData as TaskWorkerSetup;
const runs = new Int32Array(shared);
const codec = new PictureCodec();
const frozen = new FrozenImages();
const models = new OpenedModels({
  threads,
  onOpening: (model) => send({ type: 'opening', model }),
  onOpened: (model) => send({ type: 'opened', model }),
});

type Handlers = { [C in TaskCall]?: (job: TaskCalls[C]['job']) => Promise<TaskCalls[C]['answer']> };

const handlers: Handlers = {
  async logit() {
    return (await models.get('embed')).logit;
  },
  async embedTexts({ texts }) {
    const embedder = await models.get('embed');
    return inParts(texts, (some) => embedder.embedTexts(some));
  },
  async embedCrops({ picture, boxes }) {
    const embedder = await models.get('embed');
    const image = decodeImage(codec, picture);
    return inParts(boxes, (some) => embedder.embedImages(some.map((box) => cropSquare(image, box))));
  },
  async embedPictures({ pictures }) {
    const embedder = await models.get('embed');
    return inParts(pictures, (some) => embedder.embedImages(some.map((picture) => decodeImage(codec, picture))));
  },
  async encodeQueries({ texts }) {
    const detector = await models.get('open-detect');
    return counted(() => detector.encodeTexts(texts));
  },
  async openDetect({ picture, queries, options }) {
    const detector = await models.get('open-detect');
    const image = decodeImage(codec, picture);
    const detections = await counted(() => detector.detect(image, queries, options));
    return { detections, width: image.width, height: image.height };
  },
  async glance({ picture }) {
    return glance(codec, picture);
  },
  async freeze({ picture }) {
    const segmenter = await models.get('segment');
    const image = decodeImage(codec, picture);
    return frozen.add(segmenter, await counted(() => segmenter.encode(image)));
  },
  async masks({ handle, prompt }) {
    const segmenter = await models.get('segment');
    const encoded = frozen.of(segmenter, handle);
    const candidates = await counted(() => segmenter.masks(encoded, prompt));
    return candidates.map((candidate) => describeMask(candidate, encoded.width, encoded.height));
  },
  async release({ handle }) {
    frozen.remove(handle);
    return undefined;
  },
  async closeTexts() {
    await models.closeTexts();
    return undefined;
  },
  async closeModels() {
    await models.close();
    return undefined;
  },
};

/** Runs a long job in parts, each timed by itself, so that it is not taken for a hung model. */
async function inParts<T>(all: readonly T[], run: (some: readonly T[]) => Promise<Float32Array[]>) {
  const answers: Float32Array[] = [];
  for (let from = 0; from < all.length; from += PART) {
    answers.push(...(await counted(() => run(all.slice(from, from + PART)))));
  }
  return answers;
}

/** Marks a model run, so that the main thread can detect a hang. */
async function counted<T>(run: () => Promise<T>): Promise<T> {
  Atomics.add(runs, 0, 1);
  try {
    return await run();
  } finally {
    Atomics.add(runs, 0, 1);
  }
}

function send(message: FromTaskWorker): void {
  port?.postMessage(message);
}

async function handle(id: number, job: TaskJob): Promise<void> {
  const startedMs = nowMs();
  try {
    const handler = handlers[job.call] as ((job: TaskJob) => Promise<unknown>) | undefined;
    if (!handler) throw new TypeError(`No handler for ${job.call}`);
    const answer = await handler(job);
    send({ type: 'done', id, answer, ms: nowMs() - startedMs });
  } catch (error) {
    const { message } = error as Error;
    const known = error instanceof LookoutError ? error : undefined;
    send({ type: 'failed', id, code: known?.code ?? 'inference_failed', message, hint: known?.hint });
  }
}

async function close(): Promise<void> {
  await models.close();
  codec.close();
  port?.close();
}

/** Messages are handled in order. */
let last: Promise<unknown> = Promise.resolve();
port.on('message', (message: ToTaskWorker) => {
  last = last.then(() => {
    if (message.type === 'use') return models.use(message.task, message.model);
    return message.type === 'job' ? handle(message.id, message.job) : close();
  });
});
