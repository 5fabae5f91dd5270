import { readFile } from 'node:fs/promises';
import { nowMs, PictureCodec } from '@lookout/media/codec';
import type { Box } from '@lookout/protocol';
import { LookoutError } from '@lookout/protocol/core';
import {
  iou,
  type ModelTask,
  type OtherTask,
  planLetterbox,
  polygonIou,
  type RgbImage,
  type TaskModelInfo,
} from '@lookout/vision';
import { openDetector } from '@lookout/vision/detector';
import { readTaskModel, resolveModel, type ShownObject, TRIAL_PHOTOS } from '@lookout/vision/models';
import { openEmbedder, openSegmenter, openVocabularyDetector } from '@lookout/vision/tasks';
import { openTrial } from '../../platform/models/open-trial.js';
import { decodeImage } from './picture-crops.js';

/** Result of a model on the photos that come with Lookout. */
export interface Verification {
  readonly name: string;
  readonly task: ModelTask;
  /** Whether most findings are right. */
  readonly isGood: boolean;
  /** One sentence each. */
  readonly findings: readonly string[];
  /** Median time per image, on one thread. */
  readonly ms: number;
}

interface Photo {
  readonly image: RgbImage;
  readonly shows: ShownObject;
}

interface Finding {
  readonly isRight: boolean;
  readonly text: string;
}

type Outcome = Pick<Verification, 'ms'> & { readonly findings: readonly Finding[] };

const THREADS = 1;
const RUNS = 3;
/** Things that the photos do not show, as wrong answers. */
const OTHERS = ['car', 'tree', 'dog'];
/** Minimum IoU of a box or outline with the one drawn by hand. */
const MIN_IOU = 0.5;
const DETECT = { confidence: 0.25, iou: 0.5, maxDetections: 20 };
/** Open-vocabulary detectors score low. */
const OPEN_DETECT = { confidence: 0.01, iou: 0.5, maxDetections: 20 };
const SIDE = 416;

/**
 * Tries a model of any task on the photos that come with Lookout. Runs it in this thread.
 * @param nameOrPath as for `readTaskModel` and `resolveModel`
 * @throws LookoutError if the model can't be read or run
 */
export async function verifyModel(nameOrPath: string, modelsDir: string): Promise<Verification> {
  const info = await readOther(nameOrPath, modelsDir);
  if (!info) return verifyDetector(nameOrPath, modelsDir);
  const photos = await readPhotos();
  const { ms, findings } = await VERIFIERS[info.task](info, photos);
  return { name: info.name, task: info.task, ms, ...judged(findings) };
}

/** Undefined for a detector. */
async function readOther(nameOrPath: string, modelsDir: string): Promise<TaskModelInfo | undefined> {
  try {
    return await readTaskModel(nameOrPath, modelsDir);
  } catch (error) {
    const isOther = error instanceof LookoutError && ['model_unsupported', 'model_not_found'].includes(error.code);
    // Also for a built-in detector, which has no file there.
    if (isOther) return undefined;
    throw error;
  }
}

async function readPhotos(): Promise<Photo[]> {
  using codec = new PictureCodec();
  const photos: Photo[] = [];
  for (const { url, shows } of TRIAL_PHOTOS) {
    const [first] = shows;
    if (first) photos.push({ image: decodeImage(codec, await readFile(url)), shows: first });
  }
  return photos;
}

const VERIFIERS: Readonly<Record<OtherTask, (info: TaskModelInfo, photos: readonly Photo[]) => Promise<Outcome>>> = {
  embed: verifyEmbedder,
  'open-detect': verifyOpenDetector,
  segment: verifySegmenter,
};

/** Each photo must be closer to its own caption than to any other. */
async function verifyEmbedder(info: TaskModelInfo, photos: readonly Photo[]): Promise<Outcome> {
  const embedder = await openEmbedder(info, { threads: THREADS });
  try {
    const things = [...photos.map(({ shows }) => shows.name), ...OTHERS];
    const texts = await embedder.embedTexts(things.map(captionOf));
    const images = await embedder.embedImages(photos.map(({ image }) => image));
    const findings = photos.map(({ shows }, i): Finding => {
      const scores = texts.map((text) => text.reduce((sum, value, d) => sum + value * images[i]![d]!, 0));
      const best = scores.indexOf(Math.max(...scores));
      const others = scores.filter((_, index) => index !== i);
      const figures = `${scores[i]!.toFixed(2)}, best other caption ${Math.max(...others).toFixed(2)}`;
      const isRight = best === i;
      const said = `Of ${things.length} captions, “${captionOf(things[best]!)}” fits the photo of a ${shows.name} best`;
      return { isRight, text: `${said} (right caption ${figures})` };
    });
    return { findings, ms: await median(() => embedder.embedImages([photos[0]!.image])) };
  } finally {
    await embedder.close();
  }
}

function captionOf(thing: string): string {
  return `a photo of a ${thing}`;
}

/** On each photo, the best box must have the right class, in the right place. */
async function verifyOpenDetector(info: TaskModelInfo, photos: readonly Photo[]): Promise<Outcome> {
  const detector = await openVocabularyDetector(info, { threads: THREADS });
  try {
    const things = [...photos.map(({ shows }) => shows.name), ...OTHERS];
    const queries = await detector.encodeTexts(things.map((thing) => `a ${thing}`));
    const findings: Finding[] = [];
    for (const { image, shows } of photos) {
      const [best] = await detector.detect(image, queries, OPEN_DETECT);
      findings.push(found(shows, best && { ...best, name: things[best.query]! }, image));
    }
    return { findings, ms: await median(() => detector.detect(photos[0]!.image, queries, OPEN_DETECT)) };
  } finally {
    await detector.close();
  }
}

/** A click on an object, or a box around it, must give its outline. */
async function verifySegmenter(info: TaskModelInfo, photos: readonly Photo[]): Promise<Outcome> {
  const segmenter = await openSegmenter(info, { threads: THREADS });
  try {
    const findings: Finding[] = [];
    const outlined = photos.filter(({ shows }) => shows.outline);
    for (const { image, shows } of outlined) {
      const { width, height } = image;
      const corners = (shows.outline ?? []).map(([x, y]) => [x * width, y * height] as const);
      const [x1, y1, x2, y2] = pixelsOf(shows.box, image);
      const encoded = await segmenter.encode(image);
      const click = [(x1 + x2) / 2, y1 + 0.75 * (y2 - y1), 1] as const;
      const prompts = [
        ...(segmenter.takes.box ? [{ how: 'A box around', prompt: { points: [], box: [x1, y1, x2, y2] as Box } }] : []),
        ...(segmenter.takes.points ? [{ how: 'A click on', prompt: { points: [click] } }] : []),
      ];
      for (const { how, prompt } of prompts) {
        const masks = await segmenter.masks(encoded, prompt);
        const shared = Math.max(0, ...masks.map(({ mask }) => polygonIou(corners, mask, width, height)));
        const text = `${how} the ${shows.name} gives ${masks.length === 1 ? 'a shape that' : `${masks.length} shapes, of which the best`} overlaps its outline drawn by hand with an IoU of ${percent(shared)}`;
        findings.push({ isRight: shared >= MIN_IOU, text });
      }
    }
    const { image, shows } = photos[0]!;
    const prompt = { points: [], box: pixelsOf(shows.box, image) };
    const cut = async () => segmenter.masks(await segmenter.encode(image), prompt);
    return { findings, ms: await median(cut) };
  } finally {
    await segmenter.close();
  }
}

async function verifyDetector(nameOrPath: string, modelsDir: string): Promise<Verification> {
  using trial = await openTrial(new Int32Array(new SharedArrayBuffer(4)));
  const info = await resolveModel(nameOrPath, { modelsDir, trial });
  const detector = await openDetector(info, { threads: THREADS });
  try {
    const detect = async ({ width, height, rgb }: (typeof trial.photos)[number]) => {
      const letterbox = planLetterbox(info, width, height, SIDE);
      return (await detector.detect(rgb(letterbox), letterbox, width, height, DETECT)).detections;
    };
    const findings: Finding[] = [];
    for (const photo of trial.photos) {
      const known = photo.shows.filter(({ name }) => info.classNames.includes(name));
      const detections = known.length > 0 ? await detect(photo) : [];
      for (const shows of known) {
        const ofClass = detections.filter(({ class_name }) => class_name === shows.name);
        const best = ofClass.sort((a, b) => b.confidence - a.confidence)[0];
        findings.push(found(shows, best && { bbox: best.bbox, score: best.confidence, name: shows.name }, photo));
      }
    }
    const ms = await median(() => detect(trial.photos[0]!));
    const notes = [info.reading?.why, info.reading?.warning].filter((note) => note !== undefined);
    const none = findings.length === 0 ? ['It has none of the classes in the photos: person, cat, cup'] : [];
    const { isGood, findings: texts } = judged(findings);
    return { name: info.name, task: 'detect', ms, isGood, findings: [...texts, ...none, ...notes] };
  } finally {
    await detector.close();
  }
}

function found(
  shows: ShownObject,
  best: { bbox: Box; score: number; name: string } | undefined,
  photo: { width: number; height: number },
): Finding {
  const what = `In the photo of a ${shows.name}`;
  if (!best) return { isRight: false, text: `${what}, it finds nothing` };
  const shared = iou(best.bbox, pixelsOf(shows.box, photo));
  const isRight = best.name === shows.name && shared >= MIN_IOU;
  const where = isRight ? 'in the right place' : `with an IoU of ${percent(shared)} with the box drawn by hand`;
  return { isRight, text: `${what}, it finds a ${best.name} (${best.score.toFixed(2)}) ${where}` };
}

function judged(findings: readonly Finding[]): Pick<Verification, 'isGood' | 'findings'> {
  const right = findings.filter(({ isRight }) => isRight).length;
  const texts = findings.map(({ isRight, text }) => `${isRight ? 'Right' : 'Wrong'}: ${text}`);
  return { isGood: right > findings.length / 2, findings: texts };
}

function pixelsOf([x1, y1, x2, y2]: ShownObject['box'], { width, height }: { width: number; height: number }): Box {
  return [x1 * width, y1 * height, x2 * width, y2 * height];
}

function percent(part: number): string {
  return `${Math.round(100 * part)} %`;
}

/** Median time of a run, ms. The first is not counted, as memory is allocated then. */
async function median(run: () => Promise<unknown>): Promise<number> {
  await run();
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const startedMs = nowMs();
    await run();
    times.push(nowMs() - startedMs);
  }
  return times.sort((a, b) => a - b)[RUNS >> 1]!;
}
