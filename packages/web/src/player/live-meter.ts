import type { WatchStats } from '@lookout/client';
import type { ObjectFamily, ViewedFrameMetadata } from '@lookout/protocol';
import { familyOf } from '@lookout/protocol/core';
import { summariseClasses } from '../lib/format.js';
import { estimateJpegQuality } from '../lib/jpeg-quality.js';
import { meanWaterfall, type Waterfall, waterfallOf } from '../lib/waterfall.js';
import type { DrawTimes } from './frame-presenter.js';
import type { BoxedFrame } from './overlay.js';
import type { Choice } from './video/way-chooser.js';

/** Measurements of one frame on this screen. */
export interface DrawnFrame extends DrawTimes {
  /** Stages and age are known of JPEGs only. */
  meta: BoxedFrame & Partial<Pick<ViewedFrameMetadata, 'stages_ms' | 'age_ms' | 'inference_size'>>;
  /** Capture to screen, ms. */
  ageMs: number;
  networkMs: number;
  /** How much older its boxes are than the picture, ms; 0: they are its own; undefined: no analysis is known. */
  skewMs: number | undefined;
  /** As received; kept until the next one is drawn. Absent: a frame of video. */
  jpeg?: Uint8Array;
}

/** The figures beside a picture. A new object each time they change. */
export interface LiveFigures {
  width: number;
  height: number;
  /** Median of the last interval, ms; undefined while no frames arrive. */
  ageMs: number | undefined;
  fps: number;
  /** How unevenly frames arrive, ms; undefined while hardly any do. */
  jitterMs: number | undefined;
  /** Shortest of the latest exchanges with the server, ms. */
  roundTripMs: number | undefined;
  /** Of the last frame; 0 if its picture did not wait for analysis. */
  inferenceMs: number;
  /** Estimate for the last frame's JPEG, 1..100. */
  quality: number | undefined;
  /** How much older boxes are than the picture they are drawn on; undefined if the last frame has none. */
  skew: Skew | undefined;
  /** How pictures reach the page; undefined where there is one way only. */
  choice: Choice | undefined;
  inferenceSize: number;
  waterfall: Waterfall | undefined;
  /** The objects in the last frame, in words. */
  found: string;
  /** How many there are of each family, and of what counts as a guess. */
  present: Record<ObjectFamily | 'guess', number>;
  /** When the newest of the objects was confirmed, server's clock, Unix epoch ms; undefined if there is none. */
  newestMs: number | undefined;
  /** Received, but replaced by a newer frame before it was drawn. */
  droppedHere: number;
}

/** Milliseconds, as frames came on the screen: the last one, and of the latest frames. */
export interface Skew {
  lastMs: number;
  p50Ms: number;
  p99Ms: number;
}

type FlushedStats = Pick<WatchStats, 'fps' | 'dropped' | 'jitterMs' | 'roundTripMs'>;

export const FLUSH_MS = 250;
const HISTORY_INTERVALS = 60_000 / FLUSH_MS;
const MEAN_OVER_FRAMES = 30;
const MAX_PENDING_AGES = 240;
/** Ten seconds of 30 frames. */
const SKEWS_KEPT = 300;
/** A picture is old once this many of the next ones should have come, and no sooner than after `STALE_MS`. */
const STALE_INTERVALS = 3;
const STALE_MS = 400;
/** Weight of the last interval in their mean. */
const INTERVAL_WEIGHT = 0.2;
const NOBODY = { person: 0, vehicle: 0, animal: 0, thing: 0, guess: 0 };

const EMPTY: LiveFigures = {
  width: 0,
  height: 0,
  ageMs: undefined,
  fps: 0,
  jitterMs: undefined,
  roundTripMs: undefined,
  inferenceMs: 0,
  quality: undefined,
  skew: undefined,
  choice: undefined,
  inferenceSize: 0,
  waterfall: undefined,
  found: 'nothing',
  present: NOBODY,
  newestMs: undefined,
  droppedHere: 0,
};

/**
 * Collects what happened to each frame and publishes it four times a second, so that a page re-renders at a rate for eyes, not for every
 * frame. Memory is bounded: one value per interval of the last minute, and the latest frames' waterfalls.
 */
export class LiveMeter {
  readonly #ages: number[] = [];
  readonly #waterfalls: Waterfall[] = [];
  readonly #skews: number[] = [];
  readonly #history: Array<{ atMs: number; ageMs: number }> = [];
  readonly #listeners = new Set<() => void>();
  #last: DrawnFrame | undefined;
  #capturedAt: number | undefined;
  #drawnAt: number | undefined;
  /** Mean time from one frame to the next. */
  #intervalMs: number | undefined;
  #figures = EMPTY;

  /** One frame was drawn. @param nowMs any steady clock, the same for all calls */
  add(drawn: DrawnFrame, nowMs: number): void {
    this.#last = drawn;
    this.#capturedAt = nowMs - drawn.ageMs;
    this.#countInterval(nowMs);
    if (this.#ages.length < MAX_PENDING_AGES) this.#ages.push(drawn.ageMs);
    if (drawn.skewMs !== undefined) this.#skews.push(drawn.skewMs);
    if (this.#skews.length > SKEWS_KEPT) this.#skews.shift();
    const { stages_ms, age_ms } = drawn.meta;
    if (stages_ms === undefined || age_ms === undefined) return;
    this.#waterfalls.push(
      waterfallOf({
        stages: stages_ms,
        serverAgeMs: age_ms,
        networkMs: drawn.networkMs,
        browserDecodeMs: drawn.decodeMs,
        browserDrawMs: drawn.drawMs,
      }),
    );
    if (this.#waterfalls.length > MEAN_OVER_FRAMES) this.#waterfalls.shift();
  }

  /** Ends an interval. @param nowMs any steady clock @param stats of the connection that brought the frames */
  flush(nowMs: number, { fps, dropped, jitterMs, roundTripMs }: FlushedStats): void {
    const ages = this.#ages.toSorted((a, b) => a - b);
    this.#ages.length = 0;
    const ageMs = ages.length > 0 ? ages[Math.floor((ages.length - 1) / 2)] : undefined;
    this.#remember(nowMs, ages.at(-1));
    if (!this.#last) return;
    const { meta, jpeg, skewMs } = this.#last;
    this.#figures = {
      choice: this.#figures.choice,
      width: meta.width,
      height: meta.height,
      // Below four frames a second most intervals are empty: the figure stays until frames really stop.
      ageMs: ageMs ?? (fps > 0 ? this.#figures.ageMs : undefined),
      fps,
      jitterMs,
      roundTripMs,
      inferenceMs: meta.stages_ms?.infer ?? 0,
      quality: jpeg && estimateJpegQuality(jpeg),
      skew: skewMs === undefined ? undefined : skewOf(skewMs, this.#skews),
      inferenceSize: meta.inference_size ?? 0,
      waterfall: this.#waterfalls.length > 0 ? meanWaterfall(this.#waterfalls) : undefined,
      found: summariseClasses(
        meta.detections.filter(({ confirmed }) => confirmed !== false).map(({ class_name }) => class_name),
      ),
      present: countFamilies(meta.detections),
      newestMs: newestOf(meta.detections),
      droppedHere: dropped,
    };
    this.#tell();
  }

  /** How pictures reach the page. */
  setChoice(choice: Choice): void {
    this.#figures = { ...this.#figures, choice };
    this.#tell();
  }

  /** Age of the picture that was drawn last, ms; undefined before the first. @param nowMs as for `add` */
  pictureAgeMs(nowMs: number): number | undefined {
    return this.#capturedAt === undefined ? undefined : Math.max(0, nowMs - this.#capturedAt);
  }

  /** Whether the next picture is overdue, so that the one on the screen shows the past. @param nowMs as for `add` */
  isStale(nowMs: number): boolean {
    if (this.#drawnAt === undefined || this.#intervalMs === undefined) return false;
    return nowMs - this.#drawnAt > Math.max(STALE_MS, STALE_INTERVALS * this.#intervalMs);
  }

  /** Nobody watches any more: only the picture's size remains valid. @param nowMs as for `flush` */
  pause(nowMs: number): void {
    this.#ages.length = 0;
    this.#waterfalls.length = 0;
    this.#last = undefined;
    this.#drawnAt = undefined;
    this.#intervalMs = undefined;
    this.#remember(nowMs, undefined);
    this.#skews.length = 0;
    const { width, height, choice } = this.#figures;
    this.#figures = { ...EMPTY, width, height, choice };
    this.#tell();
  }

  /** Over the last minute, oldest first: seconds before `nowMs` (≤ 0) and the highest age of each interval, NaN if no frame arrived. */
  history(nowMs: number): { secondsAgo: number[]; agesMs: number[] } {
    return {
      secondsAgo: this.#history.map(({ atMs }) => (atMs - nowMs) / 1000),
      agesMs: this.#history.map(({ ageMs }) => ageMs),
    };
  }

  #countInterval(nowMs: number): void {
    const last = this.#drawnAt;
    this.#drawnAt = nowMs;
    if (last === undefined) return;
    const mean = this.#intervalMs;
    // One long interruption does not make long intervals usual.
    const intervalMs = mean === undefined ? nowMs - last : Math.min(nowMs - last, STALE_INTERVALS * mean);
    this.#intervalMs = mean === undefined ? intervalMs : mean + INTERVAL_WEIGHT * (intervalMs - mean);
  }

  #remember(atMs: number, ageMs = Number.NaN): void {
    this.#history.push({ atMs, ageMs });
    if (this.#history.length > HISTORY_INTERVALS) this.#history.shift();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly snapshot = (): LiveFigures => this.#figures;
}

function countFamilies(detections: BoxedFrame['detections']): LiveFigures['present'] {
  const counts = { ...NOBODY };
  for (const { class_name, confirmed } of detections) counts[confirmed === false ? 'guess' : familyOf(class_name)]++;
  return counts;
}

function newestOf(detections: BoxedFrame['detections']): number | undefined {
  const times = detections.flatMap(({ since, confirmed }) => (confirmed === false ? [] : (since ?? [])));
  return times.length > 0 ? Math.max(...times) : undefined;
}

function skewOf(lastMs: number, skews: readonly number[]): Skew {
  const sorted = skews.toSorted((a, b) => a - b);
  const at = (rank: number) => sorted[Math.min(sorted.length - 1, Math.floor(rank * sorted.length))] ?? lastMs;
  return { lastMs, p50Ms: at(0.5), p99Ms: at(0.99) };
}
