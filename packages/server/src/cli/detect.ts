import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Frame, openSource, redactUrl } from '@lookout/media';
import { type Detection, LookoutError } from '@lookout/protocol';
import { planLetterbox } from '@lookout/vision';
import type { Detector } from '@lookout/vision/detector';
import { inferenceStart } from '../adaptation/inference-controller.js';
import type { Settings } from '../config/settings.js';
import { ModelLibrary } from '../models/model-library.js';

export interface DetectCommand {
  /** Path of a picture or video, or a camera's URL. */
  input: string;
  json: boolean;
  /** Where the picture with its boxes is written. */
  out?: string;
}

interface Detected {
  source: string;
  width: number;
  height: number;
  model: string;
  inference_ms: number;
  detections: Detection[];
  annotated?: Uint8Array;
}

const DEFAULT_SIZE = 416;
const JPEG_QUALITY = 90;
/** How long a camera or file may take to give its first frame, ms. */
const FIRST_FRAME_TIMEOUT_MS = 15_000;

/** Detects once, without a server: in a picture, or in the first frame of a video or camera. */
export async function detect(command: DetectCommand, settings: Settings): Promise<void> {
  const { current } = await ModelLibrary.open(settings);
  const { openDetector } = await import('@lookout/vision/detector');
  const detector = await openDetector(current, { threads: settings.workers });
  try {
    const jpeg = await readJpeg(command.input);
    const result = jpeg
      ? await detectJpeg(jpeg, command, settings, detector)
      : await detectFirstFrame(command, settings, detector);
    if (command.out !== undefined && result.annotated) await write(command.out, result.annotated);
    print(result, command.json);
  } finally {
    await detector.close();
  }
}

/** The bytes of a JPEG file; `undefined` for anything that another decoder must read. */
async function readJpeg(input: string): Promise<Uint8Array | undefined> {
  if (input.includes('://') || input.startsWith('/dev/') || input.startsWith('demo:')) return undefined;
  try {
    const bytes = await readFile(input);
    return bytes[0] === 0xff && bytes[1] === 0xd8 ? bytes : undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new LookoutError('not_found', `Can't read ${input}: ${code === 'ENOENT' ? 'there is no such file' : code}`, {
      hint: 'Give a picture, a video, or a URL such as rtsp://… or http://….',
      cause: error,
    });
  }
}

async function detectJpeg(
  jpeg: Uint8Array,
  { input, out }: DetectCommand,
  settings: Settings,
  detector: Detector,
): Promise<Detected> {
  const { PictureCodec } = await import('@lookout/media/codec');
  using codec = new PictureCodec();
  using picture = codec.decodeJpeg(jpeg);
  const { width, height } = picture;
  const letterbox = planLetterbox(detector.info, width, height, inputSize(settings));
  const { detections, inferMs } = await detector.detect(
    picture.toRgb(letterbox),
    letterbox,
    width,
    height,
    detectOptions(settings, detector),
  );
  const found = {
    source: redactUrl(input),
    width,
    height,
    model: detector.info.name,
    inference_ms: inferMs,
    detections,
  };
  if (out === undefined) return found;
  picture.draw(detections);
  return { ...found, annotated: picture.toJpeg(JPEG_QUALITY) };
}

async function detectFirstFrame(command: DetectCommand, settings: Settings, detector: Detector): Promise<Detected> {
  const { input, out } = command;
  const url = /^[a-z]+:\/\/|^\/dev\/|^demo:/i.test(input) ? input : pathToFileURL(resolve(input)).href;
  const { frame, close } = await firstFrame(url, settings);
  try {
    if (frame.kind === 'jpeg') return await detectJpeg(frame.jpeg, command, settings, detector);
    const { width, height } = frame;
    const letterbox = planLetterbox(detector.info, width, height, inputSize(settings));
    const { rgb } = await frame.render({ rgb: letterbox });
    if (!rgb) throw new LookoutError('frame_gone', `The first frame of ${redactUrl(input)} was lost`);
    const options = detectOptions(settings, detector);
    const { detections, inferMs } = await detector.detect(rgb, letterbox, width, height, options);
    const found = {
      source: redactUrl(input),
      width,
      height,
      model: detector.info.name,
      inference_ms: inferMs,
      detections,
    };
    if (out === undefined) return found;
    return { ...found, annotated: (await frame.render({ jpegQuality: JPEG_QUALITY, detections })).jpeg };
  } finally {
    await close();
  }
}

/** Opens a source until it gives a frame. Video frames are retained until `close`. */
async function firstFrame(url: string, settings: Settings): Promise<{ frame: Frame; close: () => Promise<void> }> {
  const options = settings.demo_clip === undefined ? {} : { demoClip: resolve(settings.demo_clip) };
  let timer: NodeJS.Timeout | undefined;
  let reason = 'it gave no picture';
  const { promise, resolve: settle, reject } = deferred<Frame>();
  const source = openSource(url, options, {
    onFrame(frame) {
      if (frame.kind === 'video') frame.retain();
      settle(frame);
    },
    onState(state, text, error) {
      reason = text;
      if (state === 'unreachable' || state === 'refused' || state === 'unsupported') {
        reject(error ?? new LookoutError('camera_unreachable', text));
      }
    },
    onInfo() {},
    onInvalid(error) {
      reason = error.message;
    },
    onBytes() {},
  });
  try {
    source.start();
    timer = setTimeout(() => {
      reject(
        new LookoutError(
          'camera_stalled',
          `${redactUrl(url)}: no picture within ${FIRST_FRAME_TIMEOUT_MS / 1000} s: ${reason}`,
        ),
      );
    }, FIRST_FRAME_TIMEOUT_MS);
    const frame = await promise;
    return { frame, close: () => source.close() };
  } catch (error) {
    await source.close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function deferred<T>() {
  let resolvePromise!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((resolveWith, rejectWith) => {
    resolvePromise = resolveWith;
    reject = rejectWith;
  });
  return { promise, resolve: resolvePromise, reject };
}

function inputSize({ detect: { inference_size: size } }: Settings): number {
  return size === 'auto' ? DEFAULT_SIZE : size;
}

function detectOptions({ detect: { confidence, classes } }: Settings, { info }: Detector) {
  const classIds = classes && new Set(classes.map((name) => info.classNames.indexOf(name)).filter((id) => id >= 0));
  return {
    confidence: confidence === 'auto' ? inferenceStart.confidence : confidence,
    iou: 0.6,
    maxDetections: 300,
    classIds,
  };
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes);
  } catch (error) {
    throw new LookoutError('storage_failed', `Can't write ${path}: ${(error as NodeJS.ErrnoException).code}`, {
      cause: error,
    });
  }
}

function print({ annotated: _, ...result }: Detected, json: boolean): void {
  if (json) return void console.log(JSON.stringify(result, null, 2));
  const { source, width, height, model, inference_ms, detections } = result;
  console.log(`${source}: ${width}×${height}, ${detections.length} found by ${model} in ${inference_ms.toFixed(1)} ms`);
  for (const { class_name, confidence, bbox } of detections) {
    console.log(
      `  ${class_name.padEnd(16)} ${confidence.toFixed(2)}  [${bbox.map((side) => Math.round(side)).join(', ')}]`,
    );
  }
}
