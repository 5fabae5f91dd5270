import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { VideoFile } from '@lookout/media/codec';
import { DETECTION_DEFAULTS, type Detection } from '@lookout/protocol';
import { createTracker, planLetterbox, type TrackedDetection, type TrackedObject } from '@lookout/vision';
import { openDetector } from '@lookout/vision/detector';
import { EMBEDDED_MODEL, resolveModel } from '@lookout/vision/models';
import { median, percentile, round } from '../lib/figures.js';
import { type Bar, report } from '../lib/options.js';
import { findMaterial } from '../lib/paths.js';
import { readMotSequence } from '../mot/mot-files.js';
import { boxIou, type MotBox } from '../mot/sequence.js';

/** As cameras ask: the tracker gets more than is shown. */
const DETECTION = { ...DETECTION_DEFAULTS, confidence: 0.15 };
const INPUT_SIZE = 416;
const SHOWN_SCORE = DETECTION_DEFAULTS.confidence;
/** What shows a true person, IoU. */
const SAME_PERSON = 0.5;
/** Somebody who came into the picture this long ago should be confirmed, ms. */
const SETTLED_MS = 1500;
/** Share of them that confirmation may cost … */
const SETTLED_COST = 0.03;
/** … in a sequence that is not over before much is confirmed, ms. */
const LONG_MS = 10_000;
/** An object that has stood for this long at one place is no passer-by, ms; so much of it may move, in pixels. */
const STANDS_MS = 10_000;
const STANDS_WITHIN_PX = 20;

interface Frame {
  timeMs: number;
  detections: Detection[];
  truth: readonly MotBox[];
}

interface Found {
  /** True boxes, those of people in the picture for a while, and how many of them are shown. */
  boxes: number;
  settledBoxes: number;
  shown: number;
  settledShown: number;
  /** Boxes shown of what is no true person. */
  strangers: number;
}

interface Confirmed {
  /** What is shown as soon as it has an id, and what is once it is confirmed. */
  identified: Found;
  confirmed: Found;
  /** From an object's first detection to its confirmation, ms. */
  delaysMs: number[];
  /** Objects of class person that stand where no true person is. */
  standing: number;
}

/**
 * What confirmation costs and saves: people of MOTChallenge sequences found by a model, and things that it takes for people, while the
 * sequence is repeated as a looping camera would. `npm run bench -- confirmed [--data DIR] [--model NAME_OR_PATH] [--minutes 10]`: DIR
 * contains a folder per sequence with `seqinfo.ini`, `gt.txt`, `det.txt` and its video.
 * @throws Error when nothing is found at all; the exit code is 1 when a bar is missed.
 */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string' },
      model: { type: 'string', default: EMBEDDED_MODEL },
      minutes: { type: 'string', default: '10' },
    },
  });
  const material = {
    what: 'a folder of MOTChallenge sequences with their videos',
    option: '--data',
    path: 'media/mot',
  };
  const data = findMaterial(values.data, material);
  const bars: Bar[] = [];
  for (const name of (await readdir(data)).sort()) {
    const frames = await detect(join(data, name), values.model);
    const once = watch(frames, 1);
    if (once.confirmed.shown === 0) throw new Error(`Expected confirmed people in ${name}, got none`);
    const looped = watch(frames, loopsFor(frames, Number(values.minutes)));
    bars.push(...barsOf(name, once, looped, periodOf(frames) >= LONG_MS));
  }
  if (!report(`Confirmed objects, ${values.model}`, bars)) process.exitCode = 1;
  console.log(JSON.stringify({ bench: 'confirmed', model: values.model, bars }));
}

/** The model's detections in each frame of a sequence. */
async function detect(folder: string, model: string): Promise<Frame[]> {
  const { info, truth } = await readMotSequence(folder);
  const video = (await readdir(folder)).find((file) => /\.(avi|mp4)$/.test(file));
  if (video === undefined) throw new Error(`Expected a video in ${folder}`);
  const info_ = await resolveModel(model, { modelsDir: join(tmpdir(), 'lookout-bench-models') });
  const detector = await openDetector(info_);
  await using file = await VideoFile.open(join(folder, video));
  const letterbox = planLetterbox(info_, info.width, info.height, INPUT_SIZE);
  const frames: Frame[] = [];
  try {
    for await (const { number, positionMs, picture } of file.pictures()) {
      using decoded = picture;
      const rgb = decoded.toRgb(letterbox);
      const { detections } = await detector.detect(rgb, letterbox, info.width, info.height, DETECTION);
      frames.push({ timeMs: positionMs, detections, truth: truth.get(number + 1) ?? [] });
    }
  } finally {
    await detector.close();
  }
  return frames;
}

function periodOf(frames: readonly Frame[]): number {
  const last = frames.at(-1)?.timeMs ?? 0;
  return last + last / (frames.length - 1);
}

function loopsFor(frames: readonly Frame[], minutes: number): number {
  return Math.ceil((60_000 * minutes) / periodOf(frames));
}

function watch(frames: readonly Frame[], loops: number): Confirmed {
  const tracker = createTracker();
  const identified = nothingFound();
  const confirmed = nothingFound();
  const places = new Map<number, Place>();
  const sinceMs = new Map<number, number>();
  for (let loop = 0; loop < loops; loop++) {
    for (const { timeMs, detections, truth } of frames) {
      const nowMs = loop * periodOf(frames) + timeMs;
      const update = tracker.update(detections, nowMs);
      const shown = update.detections.filter((one) => one.class_name === 'person' && one.confidence >= SHOWN_SCORE);
      for (const { id } of truth) if (!sinceMs.has(id)) sinceMs.set(id, nowMs);
      const settled = truth.filter(({ id }) => nowMs - (sinceMs.get(id) ?? nowMs) >= SETTLED_MS);
      count(identified, shown.filter(hasTrack), truth, settled);
      count(
        confirmed,
        shown.filter((one) => one.confirmed),
        truth,
        settled,
      );
      for (const object of update.objects) notePlace(places, object, truth, nowMs);
    }
  }
  const objects = [...places.values()];
  const standing = objects.filter(
    ({ standsMs, isTrue, className }) => standsMs >= STANDS_MS && !isTrue && className === 'person',
  );
  return { identified, confirmed, delaysMs: objects.map(({ delayMs }) => delayMs), standing: standing.length };
}

/** Set for every tracked object, also where its id is left out. */
function hasTrack({ velocity }: TrackedDetection): boolean {
  return velocity !== undefined;
}

interface Place {
  className: string;
  delayMs: number;
  x: number;
  y: number;
  sinceMs: number;
  standsMs: number;
  isTrue: boolean;
}

/** Follows where an object stands, and whether a true person ever is there. */
function notePlace(places: Map<number, Place>, object: TrackedObject, truth: readonly MotBox[], nowMs: number): void {
  const { id, class_name, bbox, confirmedMs, firstSeenMs, lastSeenMs } = object;
  if (lastSeenMs !== nowMs) return;
  const x = (bbox[0] + bbox[2]) / 2;
  const y = bbox[3];
  const known = places.get(id);
  const delayMs = confirmedMs - firstSeenMs;
  const place = known ?? { className: class_name, delayMs, x, y, sinceMs: nowMs, standsMs: 0, isTrue: false };
  if (Math.hypot(x - place.x, y - place.y) > STANDS_WITHIN_PX) {
    Object.assign(place, { x, y, sinceMs: nowMs, isTrue: false });
  }
  place.isTrue ||= truth.some((one) => boxIou(one.bbox, bbox) > 0);
  if (!place.isTrue) place.standsMs = Math.max(place.standsMs, nowMs - place.sinceMs);
  places.set(id, place);
}

function nothingFound(): Found {
  return { boxes: 0, settledBoxes: 0, shown: 0, settledShown: 0, strangers: 0 };
}

function count(found: Found, shown: readonly Detection[], truth: readonly MotBox[], settled: readonly MotBox[]): void {
  const isShown = ({ bbox }: MotBox) => shown.some((one) => boxIou(one.bbox, bbox) >= SAME_PERSON);
  found.boxes += truth.length;
  found.settledBoxes += settled.length;
  found.shown += truth.filter(isShown).length;
  found.settledShown += settled.filter(isShown).length;
  found.strangers += shown.filter(({ bbox }) => truth.every((one) => boxIou(one.bbox, bbox) === 0)).length;
}

function barsOf(name: string, once: Confirmed, looped: Confirmed, isLong: boolean): Bar[] {
  const { identified, confirmed, delaysMs } = once;
  const settledBefore = identified.settledShown / identified.settledBoxes;
  return [
    { name: `${name}, people shown with an id`, value: identified.shown / identified.boxes },
    { name: `${name}, people shown confirmed`, value: confirmed.shown / confirmed.boxes },
    { name: `${name}, the same, in view for 1.5 s, with an id`, value: settledBefore },
    {
      name: `${name}, the same, confirmed`,
      value: confirmed.settledShown / confirmed.settledBoxes,
      ...(isLong && { atLeast: round(settledBefore - SETTLED_COST, 3) }),
    },
    { name: `${name}, boxes beside all people, with an id`, value: identified.strangers },
    { name: `${name}, boxes beside all people, confirmed`, value: confirmed.strangers },
    { name: `${name}, delay of confirmation, median`, value: median(delaysMs), unit: 'ms', atMost: 1000 },
    { name: `${name}, delay of confirmation, p95`, value: percentile(delaysMs, 0.95), unit: 'ms' },
    { name: `${name}, looped, things confirmed as people`, value: looped.standing, atMost: 0 },
  ];
}
