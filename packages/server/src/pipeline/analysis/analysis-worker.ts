import { parentPort, workerData } from 'node:worker_threads';
import {
  layUpright,
  nowMs,
  type Picture,
  PictureCodec,
  type StillHeader,
  uprightSize,
  warmUp,
} from '@lookout/media/codec';
import type { Box } from '@lookout/protocol';
import { type ErrorCode, type Letterbox, LookoutError } from '@lookout/protocol/core';
import { describeLook, type LaidOutFrame, LOOK_LENGTH } from '@lookout/vision';
import type { Detector } from '@lookout/vision/detector';
import { setThreadNice } from '../../platform/threads/thread-priority.js';
import type {
  AnalysisJob,
  Drawing,
  DrawnPicture,
  FromWorker,
  JobOutcome,
  SentError,
  ToWorker,
  WorkerResult,
  WorkerSetup,
} from './analysis-job.js';
import { AskedServers } from './asked-servers.js';
import { GatheredDetections } from './gather-detections.js';
import { OpenModels } from './open-models.js';
import { packDetections } from './packed-detections.js';

// One analysis worker: a codec and a detector for each model, all owned by this thread. Each image is decoded, laid out and
// inferred in one job, and results are transferred back. An image to be annotated stays here decoded until the tracker has
// decided which boxes are shown.

const port = parentPort;
if (!port) throw new Error('analysis-worker runs as a worker thread');
// On a busy machine, delivering finished frames goes before analysing more: results that wait for the main thread are already
// paid for. Only slightly nicer, since nice threads also yield to every other program.
setThreadNice(2);
const codec = new PictureCodec();
const setup = workerData as WorkerSetup;
const servers = new AskedServers((message, transfer) => send(message, transfer));
const models = new OpenModels(new Int32Array(setup.runs), (message, read) => servers.ask(message, read));
/** One buffer per image of a run, reused by the next run. */
const rgbBuffers: Float32Array<ArrayBuffer>[] = [];
/** Decoded images waiting to be drawn on, from at most one job or run: no other job arrives until they are gone. */
const kept = new Map<number, Picture>();
let nextKept = 0;

type Detect = Pick<Detector, 'detect'>;
type RgbOf = (length: number) => Float32Array<ArrayBuffer>;

function rgbBuffer(index: number): RgbOf {
  return (length) => {
    let buffer = rgbBuffers[index];
    if (buffer?.length !== length) {
      buffer = new Float32Array(length);
      rgbBuffers[index] = buffer;
    }
    return buffer;
  };
}

async function run(job: AnalysisJob, detector: Detect | undefined, rgbOf: RgbOf): Promise<WorkerResult> {
  const startedMs = nowMs();
  const result: WorkerResult = {
    packed: packDetections([]),
    jpegs: [],
    decodeMs: 0,
    inferMs: 0,
    drawMs: 0,
    encodeMs: 0,
  };
  const { picture: source, detect, encode } = job;
  if (source.kind === 'rgb') {
    const { sourceWidth, sourceHeight, rgb } = source;
    if (job.looks) result.looks = describeLooks({ rgb, sourceWidth, sourceHeight, ...job.looks }, job.looks.boxes);
    if (!detect || !detector) return result;
    const detected = await detector.detect(rgb, detect.letterbox, sourceWidth, sourceHeight, detect.options);
    result.packed = packDetections(detected.detections);
    result.inferMs = detected.inferMs;
    return result;
  }
  if (source.kind === 'still') return detectStill(detector, source.bytes, detect, result, startedMs, rgbOf);
  const picture = codec.decodeJpeg(source.jpeg);
  try {
    const letterbox = detect?.letterbox ?? job.looks?.letterbox;
    const rgb = letterbox && picture.toRgb(letterbox, rgbOf(letterbox.width * letterbox.height * 3));
    if (rgb && job.looks) {
      const frame = { rgb, sourceWidth: picture.width, sourceHeight: picture.height, ...job.looks };
      result.looks = describeLooks(frame, job.looks.boxes);
    }
    if (rgb && letterbox && detect && detector) {
      const { options } = detect;
      result.decodeMs = nowMs() - startedMs;
      const detected = await detector.detect(rgb, letterbox, picture.width, picture.height, options);
      result.packed = packDetections(detected.detections);
      result.inferMs = detected.inferMs;
    } else {
      result.decodeMs = nowMs() - startedMs;
    }
    if (encode) Object.assign(result, draw(picture, encode));
    if (job.keepPicture) {
      result.kept = nextKept++;
      kept.set(result.kept, picture);
    }
    return result;
  } finally {
    if (result.kept === undefined) picture.close();
  }
}

function describeLooks(frame: LaidOutFrame, boxes: readonly Box[]): Uint8Array<ArrayBuffer> {
  const looks = new Uint8Array(boxes.length * LOOK_LENGTH);
  for (const [i, box] of boxes.entries()) looks.set(describeLook(frame, box), i * LOOK_LENGTH);
  return looks;
}

function draw(picture: Picture, { qualities, crop, maxSide, ...overlay }: Drawing): DrawnPicture {
  const startedMs = nowMs();
  picture.draw(overlay);
  using part = crop && picture.cropped(crop);
  using small = maxSide === undefined ? undefined : (part ?? picture).scaledDown(maxSide);
  const drawnMs = nowMs();
  const jpegs = qualities.map((quality) => ({ quality, jpeg: (small ?? part ?? picture).toJpeg(quality) }));
  return { jpegs, drawMs: drawnMs - startedMs, encodeMs: nowMs() - drawnMs };
}

/** @returns the image kept under that number; the caller closes it */
function takeKept(number: number): Picture {
  const picture = kept.get(number);
  if (!picture) throw new TypeError(`No picture is kept under number ${number}`);
  kept.delete(number);
  return picture;
}

function drawKept(number: number, drawing: Drawing): DrawnPicture {
  using picture = takeKept(number);
  return draw(picture, drawing);
}

/** A single image from a client. Turned upright after scaling, when that is cheapest. */
async function detectStill(
  detector: Detect | undefined,
  bytes: Uint8Array,
  detect: AnalysisJob['detect'],
  result: WorkerResult,
  startedMs: number,
  rgbOf: RgbOf,
): Promise<WorkerResult> {
  const { picture, header } = codec.decodeStill(bytes);
  try {
    if (!detect || !detector) {
      result.decodeMs = nowMs() - startedMs;
      return result;
    }
    const { letterbox, options } = detect;
    const rgb = uprightRgb(picture, header, letterbox, rgbOf);
    result.decodeMs = nowMs() - startedMs;
    const { width, height } = uprightSize(header);
    const detected = await detector.detect(rgb, letterbox, width, height, options);
    result.packed = packDetections(detected.detections);
    result.inferMs = detected.inferMs;
    return result;
  } finally {
    picture.close();
  }
}

function uprightRgb(
  picture: Picture,
  { orientation }: StillHeader,
  letterbox: Letterbox,
  rgbOf: RgbOf,
): Float32Array<ArrayBuffer> {
  const { contentWidth, contentHeight } = letterbox;
  const rgb = rgbOf(letterbox.width * letterbox.height * 3);
  if (orientation === 1) return picture.toRgb(letterbox, rgb);
  const [width, height] = orientation >= 5 ? [contentHeight, contentWidth] : [contentWidth, contentHeight];
  const content = { width, height, x: 0, y: 0, contentWidth: width, contentHeight: height, fill: 0 };
  layUpright(picture.toRgb(content), orientation, letterbox, rgb);
  return rgb;
}

/** Runs the model once for the images of several jobs. Each job succeeds or fails by itself. */
async function runTogether(jobs: readonly AnalysisJob[], model: string): Promise<JobOutcome[]> {
  const gathered = new GatheredDetections(models.detector(model));
  const running = jobs.map(async (job, i): Promise<JobOutcome> => {
    try {
      return { result: await run(job, gathered, rgbBuffer(i)) };
    } catch (error) {
      return { error: sentError(error, 'inference_failed') };
    }
  });
  // Decoding is synchronous, so every job has requested its detections or failed by now.
  await gathered.run();
  return Promise.all(running);
}

function transferOf({ packed, looks, jpegs }: WorkerResult): ArrayBuffer[] {
  return [packed.buffer, ...(looks ? [looks.buffer] : []), ...buffersOf(jpegs)];
}

function buffersOf(jpegs: DrawnPicture['jpegs']): ArrayBuffer[] {
  return jpegs.map(({ jpeg }) => jpeg.buffer);
}

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

function sentError(error: unknown, otherwise: ErrorCode): SentError {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof LookoutError)) return { code: otherwise, message };
  const { code, hint, errors } = error;
  return { code, message, hint, errors };
}

/** Handles a message and sends the reply. Never rejects. */
async function handle(message: Exclude<ToWorker, { type: 'close' | 'release' | 'answer' }>): Promise<void> {
  const { id } = message;
  try {
    if (message.type === 'run') {
      const { job, model } = message;
      const value = await run(job, job.detect && models.detector(model), rgbBuffer(0));
      send({ type: 'done', id, value }, transferOf(value));
    } else if (message.type === 'run-together') {
      const value = await runTogether(message.jobs, message.model);
      send(
        { type: 'done', id, value },
        value.flatMap((outcome) => ('result' in outcome ? transferOf(outcome.result) : [])),
      );
    } else if (message.type === 'draw') {
      const value = drawKept(message.picture, message.drawing);
      send({ type: 'done', id, value }, buffersOf(value.jpegs));
    } else if (message.type === 'infer') {
      // Few servers are asked for it, and the schemas of its messages take long to load.
      const { inferTensors } = await import('../../platform/kserve/infer-tensors.js');
      const value = await inferTensors(models.runner(message.model), message.job);
      send({ type: 'done', id, value }, [value.body.buffer as ArrayBuffer]);
    } else if (message.type === 'open') {
      send({ type: 'done', id, value: await models.open(message.setup) });
    } else {
      await models.drop(message.model);
      send({ type: 'done', id, value: undefined });
    }
  } catch (error) {
    send({ type: 'error', id, ...sentError(error, message.type === 'open' ? 'model_invalid' : 'inference_failed') });
  }
}

async function start(): Promise<void> {
  warmUp(codec);
  const ready: FromWorker = { type: 'ready', opened: [], failed: [] };
  for (const one of setup.models) {
    const { name } = one.model;
    send({ type: 'opening', name });
    try {
      ready.opened.push(await models.open(one));
    } catch (error) {
      ready.failed.push({ name, ...sentError(error, 'model_invalid') });
    }
  }
  send(ready);
}

function listen(): void {
  // A closing worker finishes its jobs first: ending it inside a native call would crash the process.
  let last = start();
  const elsewhere = new Set<Promise<void>>();
  const begin = (message: Parameters<typeof handle>[0]) => {
    const handled = handle(message);
    // What runs elsewhere holds nobody up: its buffers are free once it waits.
    if (!('model' in message) || message.type === 'drop' || !models.isRemote(message.model)) return handled;
    elsewhere.add(handled);
    void handled.then(() => elsewhere.delete(handled));
    return undefined;
  };
  port?.on('message', (message: ToWorker) => {
    if (message.type === 'release') takeKept(message.picture).close();
    else if (message.type === 'answer') servers.answered(message.ask, message.answer);
    else if (message.type !== 'close') last = last.then(() => begin(message));
    else {
      void last.then(async () => {
        await Promise.all(elsewhere);
        for (const picture of kept.values()) picture.close();
        await models.close();
        codec.close();
        port?.close();
      });
    }
  });
}

listen();
