import { writeFile } from 'node:fs/promises';
import { type Detection, LookoutError } from '@lookout/protocol';
import { formatPosition, SeenTally } from './seen-tally.js';

/** Detections in a single image. */
export interface PictureReport {
  source: string;
  width: number;
  height: number;
  model: string;
  inference_ms: number;
  detections: Detection[];
}

/** One frame of a video or camera: a line of `--json`. */
export interface FrameReport {
  frameNumber: number;
  /** Recordings: ms from the beginning. Cameras: Unix epoch ms. */
  timestamp: number;
  width: number;
  height: number;
  inference_ms: number;
  detections: Detection[];
}

/** Minimum time between two lines of progress, ms. */
const PROGRESS_MS = 200;

export function printPicture(report: PictureReport, json: boolean): void {
  if (json) return void console.log(JSON.stringify(report, null, 2));
  const { source, width, height, model, inference_ms, detections } = report;
  console.log(`${source}: ${width}×${height}, ${detections.length} found by ${model} in ${inference_ms.toFixed(1)} ms`);
  for (const { class_name, confidence, bbox } of detections) {
    console.log(
      `  ${class_name.padEnd(16)} ${confidence.toFixed(2)}  [${bbox.map((side) => Math.round(side)).join(', ')}]`,
    );
  }
}

/** Output for a sequence of frames: a line of JSON for each, or one summary. Progress is shown on a terminal only. */
export class SequenceReport {
  readonly #source: string;
  readonly #model: string;
  readonly #json: boolean;
  readonly #tally = new SeenTally();
  readonly #startedMs = performance.now();
  #progressMs = 0;
  #last: FrameReport | undefined;
  #firstTimestamp = 0;

  constructor(source: string, model: string, json: boolean) {
    this.#source = source;
    this.#model = model;
    this.#json = json;
  }

  get frames(): number {
    return this.#tally.frames;
  }

  /** @param share progress 0..1; undefined if unknown. */
  add(frame: FrameReport, share: number | undefined): void {
    if (this.#last === undefined) this.#firstTimestamp = frame.timestamp;
    this.#last = frame;
    this.#tally.add(frame.timestamp, frame.detections);
    if (this.#json) process.stdout.write(`${JSON.stringify(frame)}\n`);
    this.#progress(share);
  }

  /** @param notes sentences to print at the end of the summary. @param recorded whether positions are those of a video. */
  finish(notes: readonly string[], recorded: boolean): void {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    for (const note of notes) process.stderr.write(`${note}\n`);
    if (this.#json || this.#last === undefined) return;
    const { width, height } = this.#last;
    const seconds = (performance.now() - this.#startedMs) / 1000;
    const count = this.#tally.frames;
    const rate = (count / seconds).toFixed(1);
    const took = `in ${seconds.toFixed(1)} s (${rate} a second)`;
    console.log(`${this.#source}: ${width}×${height}, ${counted(count, 'frame')} analysed by ${this.#model} ${took}`);
    const classes = this.#tally.classes();
    if (classes.length === 0) return void console.log('  nothing found');
    const origin = recorded ? 0 : this.#firstTimestamp;
    for (const { name, tracks, mostAtOnce, frames, firstMs, lastMs } of classes) {
      const seen = `${counted(tracks, 'track')}, ${mostAtOnce} at once at most, in ${counted(frames, 'frame')}`;
      const when = `${formatPosition(firstMs - origin)} to ${formatPosition(lastMs - origin)}`;
      console.log(`  ${name.padEnd(16)} ${seen}, ${when}`);
    }
  }

  #progress(share: number | undefined): void {
    if (!process.stderr.isTTY) return;
    const now = performance.now();
    if (now - this.#progressMs < PROGRESS_MS) return;
    this.#progressMs = now;
    const done = share === undefined ? '' : `${Math.floor(Math.min(1, share) * 100)} %, `;
    const rate = (this.#tally.frames / ((now - this.#startedMs) / 1000)).toFixed(0);
    process.stderr.write(`\r\x1b[K${this.#source}: ${done}${this.#tally.frames} frames, ${rate} a second`);
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export const JPEG_QUALITY = 90;

/** @throws LookoutError `storage_failed` with the reason. */
export async function writePicture(path: string, jpeg: Uint8Array): Promise<void> {
  try {
    await writeFile(path, jpeg);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOSPC' ? 'the disk is full' : code;
    throw new LookoutError('storage_failed', `Can't write ${path}: ${reason}`, { cause: error });
  }
}
