import { readJpegHeader, sniffStill } from '@lookout/media';
import { type Box, LookoutError, type NewExample, type Rule } from '@lookout/protocol';
import { MIN_CROP_SIDE_PX } from '@lookout/vision';
import type { KeptEvent } from '../../platform/storage/index.js';
import type { AnalysisJob, AnalysisResult } from '../analysis/analysis-job.js';
import { drawingOf } from '../events/snapshot-file.js';
import type { AddedExample, Calibrations } from './calibrations.js';

export interface PhraseLearningOptions {
  readonly calibrations: Pick<Calibrations, 'addExample' | 'forgetEvent' | 'learns'>;
  /** Stored snapshots of events. */
  readonly snapshots: { read(eventId: string): Promise<Uint8Array | undefined> };
  /** Thumbnails of cameras by time, Unix epoch ms. */
  readonly memory: { thumbnail(camera: string, timestamp: number): Uint8Array | undefined };
  /** Runs small image jobs. */
  readonly pool: { runSoon(job: AnalysisJob): Promise<AnalysisResult> };
}

/** An example taken from the past of a camera. */
type Moment = Extract<NewExample, { camera: string }>;

/** Margin around an object as a fraction of its longer side, as for crops of tracks. */
const CONTEXT = 0.1;
const MAX_SIDE = 320;
const QUALITY = 85;
/** The object fills the picture, so a larger file adds nothing. */
export const MAX_UPLOAD_BYTES = 256 * 1024;

/** Makes examples from events, past frames and uploads. */
export class PhraseLearning {
  readonly #options: PhraseLearningOptions;

  constructor(options: PhraseLearningOptions) {
    this.#options = options;
  }

  /** Whether a rule's phrase learns from verdicts about its events. */
  isAbout(rule: Rule): boolean {
    return this.#options.calibrations.learns(rule);
  }

  /** An event was marked wrong: its objects become negative examples. @param snapshot its picture */
  async wrong(event: KeptEvent, rule: Rule, snapshot: Uint8Array): Promise<void> {
    for (const { bbox } of drawingOf(snapshot).tracks) {
      const picture = await this.#cut(snapshot, bbox, event.image_size);
      const given = { isPositive: false, picture, camera: event.camera, eventId: event.id };
      await this.#options.calibrations.addExample(event.rule_id, rule, given);
    }
  }

  /** The verdict “wrong” was taken back. */
  async takenBack(event: KeptEvent, rule: Rule): Promise<void> {
    await this.#options.calibrations.forgetEvent(rule, event.id);
  }

  /**
   * @param track default: the first of the event
   * @throws LookoutError `not_found` if the event has no picture any more or no such object; `conflict`
   */
  async fromEvent(
    id: string,
    rule: Rule,
    event: KeptEvent,
    track: number | undefined,
    isPositive: boolean,
  ): Promise<AddedExample> {
    const snapshot = await this.#options.snapshots.read(event.id);
    const tracks = snapshot ? drawingOf(snapshot).tracks : [];
    const found = track === undefined ? tracks[0] : tracks.find(({ track_id }) => track_id === track);
    if (!snapshot || !found) {
      throw new LookoutError(
        'not_found',
        snapshot ? 'The picture of this event shows no such object' : 'There is no picture of this event any more',
      );
    }
    const picture = await this.#cut(snapshot, found.bbox, event.image_size);
    return this.#options.calibrations.addExample(id, rule, { isPositive, picture, camera: event.camera });
  }

  /** @throws LookoutError `not_found` if the picture is no longer kept; `validation_failed` if the box is too small; `conflict` */
  async fromMoment(id: string, rule: Rule, { camera, timestamp, bbox, is_positive }: Moment): Promise<AddedExample> {
    const jpeg = this.#options.memory.thumbnail(camera, timestamp);
    if (!jpeg) throw new LookoutError('not_found', 'There is no picture of this moment any more');
    const { width, height } = readJpegHeader(jpeg);
    const [x1, y1, x2, y2] = bbox;
    const box: Box = [x1 * width, y1 * height, x2 * width, y2 * height];
    if (Math.min(box[2] - box[0], box[3] - box[1]) < MIN_CROP_SIDE_PX / 2) {
      throw new LookoutError('validation_failed', 'bbox: too small to learn from', {
        hint: 'Choose a moment when the object is closer, or upload a picture.',
      });
    }
    const picture = await this.#cut(jpeg, box, [width, height]);
    return this.#options.calibrations.addExample(id, rule, { isPositive: is_positive, picture, camera });
  }

  /** @throws LookoutError `payload_too_large`, `unsupported_media_type`, `frame_invalid`; `conflict` */
  async fromUpload(id: string, rule: Rule, picture: Uint8Array, isPositive: boolean): Promise<AddedExample> {
    if (picture.byteLength > MAX_UPLOAD_BYTES) {
      throw new LookoutError('payload_too_large', `An example may be at most ${MAX_UPLOAD_BYTES / 1024} kB`, {
        hint: 'Crop the picture to the object, or make it smaller.',
      });
    }
    if (sniffStill(picture) === undefined) {
      throw new LookoutError('unsupported_media_type', 'Expected a JPEG, PNG or WebP picture of the object');
    }
    return this.#options.calibrations.addExample(id, rule, { isPositive, picture, camera: null });
  }

  async #cut(jpeg: Uint8Array, box: Box, size: readonly [number, number]): Promise<Uint8Array> {
    const encode = { detections: [], qualities: [QUALITY], crop: squareAround(box, size), maxSide: MAX_SIDE };
    const { jpegs } = await this.#options.pool.runSoon({ picture: { kind: 'jpeg', jpeg }, encode });
    return jpegs[0]!.jpeg;
  }
}

/** A square around a box, clipped to the image, in whole pixels. */
function squareAround([x1, y1, x2, y2]: Box, [width, height]: readonly [number, number]): Box {
  const half = Math.max(1, (Math.max(x2 - x1, y2 - y1) * (1 + 2 * CONTEXT)) / 2);
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
  const left = Math.min(Math.max(0, Math.floor(x - half)), width - 1);
  const top = Math.min(Math.max(0, Math.floor(y - half)), height - 1);
  return [
    left,
    top,
    Math.min(width, Math.max(left + 1, Math.ceil(x + half))),
    Math.min(height, Math.max(top + 1, Math.ceil(y + half))),
  ];
}
