import { join } from 'node:path';
import { LookoutError, type RuleEvent } from '@lookout/protocol';
import type { KeptEvent } from '../../platform/storage/index.js';
import type { AnalysisJob, AnalysisResult } from '../analysis/analysis-job.js';
import { ClipArchive, covers, type Recording } from '../clips/clip-archive.js';
import { ClipMaker } from '../clips/clip-maker.js';
import { AFTER_MS, BEFORE_MS, ClipRecorder } from '../clips/clip-recorder.js';
import { JpegHistory } from '../history/jpeg-history.js';
import type { PictureSet } from '../live/picture-set.js';
import { DiskTrouble } from './disk-trouble.js';
import { drawingOf, type SnapshotDrawing } from './snapshot-file.js';
import { SnapshotStore } from './snapshot-store.js';

export interface EventPicturesOptions {
  /** Everything is below it. */
  directory: string;
  /** Disk space of all pictures. It can change: call `makeRoom` then. */
  readonly maxBytes: number;
  /** Runs a small image job. */
  runSoon(job: AnalysisJob): Promise<AnalysisResult>;
  /** What cannot be written is reported once, until something can. */
  onTrouble(error: unknown): void;
  /** Converts times of frames to Unix epoch ms. */
  toEpoch(timeMs: number): number;
  /** Monotonic, ms. */
  now(): number;
}

type EventMoment = Pick<KeptEvent, 'id' | 'camera' | 'frame_timestamp'>;

const NO_LONGER_KEPT = 'The picture of this event is no longer kept: it was removed to make room for newer ones';
const NEVER_TAKEN =
  'No picture of this event was kept: there were too many events at the same time, or it could not be stored';
const SNAPSHOT_QUALITY = 85;
const MAX_DRAWN = 50;

/** Shares of the disk space. Clips take most of it; the rest is for snapshots, of which there are many more. */
const CLIP_SHARE = 0.75;
const VIDEO_SHARE = 0.1;
const SNAPSHOT_SHARE = 0.15;
/** Memory for the frames before an event, of all cameras together. With less, clips begin later. */
const MAX_RECENT_BYTES = 64 * 1024 * 1024;

/** The pictures of events: a snapshot of the frame that made a rule fire, and a clip of what happened around it. */
export class EventPictures {
  readonly snapshots: SnapshotStore;
  readonly #options: EventPicturesOptions;
  readonly #archive: ClipArchive;
  readonly #maker: ClipMaker;
  readonly #recorder: ClipRecorder;
  readonly #recent = new JpegHistory({ maxAgeMs: BEFORE_MS + 500, maxBytes: MAX_RECENT_BYTES });
  readonly #trouble: DiskTrouble;
  /** Annotated snapshots that somebody has looked at lately. */
  readonly #drawn = new Map<string, Promise<Uint8Array>>();

  private constructor(
    options: EventPicturesOptions,
    parts: {
      snapshots: SnapshotStore;
      archive: ClipArchive;
      maker: ClipMaker;
      trouble: DiskTrouble;
    },
  ) {
    this.#options = options;
    this.snapshots = parts.snapshots;
    this.#archive = parts.archive;
    this.#maker = parts.maker;
    this.#trouble = parts.trouble;
    this.#recorder = new ClipRecorder({
      archive: parts.archive,
      recent: (camera, sinceMs) => this.#recent.since(camera, sinceMs),
      onFault: (_camera, error) => this.#trouble.failed(error),
      onWritten: () => this.#trouble.succeeded(),
    });
  }

  /** @param kept the events whose pictures are never removed to make room; the caller changes it as events are kept */
  static async open(options: EventPicturesOptions, kept: ReadonlyMap<string, EventMoment>): Promise<EventPictures> {
    const { directory, now, onTrouble } = options;
    const share = (part: number) => part * options.maxBytes;
    const trouble = new DiskTrouble(onTrouble);
    const snapshots = await SnapshotStore.open({
      directory: join(directory, 'snapshots'),
      get maxBytes() {
        return share(SNAPSHOT_SHARE);
      },
      isKept: (id) => kept.has(id),
      onFault: (error) => trouble.failed(error),
      onWritten: () => trouble.succeeded(),
      now,
    });
    const archive = await ClipArchive.open({
      directory: join(directory, 'recordings'),
      get maxBytes() {
        return share(CLIP_SHARE);
      },
      isKept: (recording) => [...kept.values()].some((event) => isIn(recording, event)),
    });
    const maker = await ClipMaker.open({
      directory: join(directory, 'clips'),
      get maxBytes() {
        return share(VIDEO_SHARE);
      },
    });
    return new EventPictures(options, { snapshots, archive, maker, trouble });
  }

  /** Why pictures can't be stored at present; undefined if they can. */
  get trouble(): string | undefined {
    return this.#trouble.reason;
  }

  /** Removes the oldest pictures, but those of kept events, until the rest fits into the space. */
  async makeRoom(): Promise<void> {
    await Promise.all([this.snapshots.shrink(), this.#archive.shrink(), this.#maker.shrink()]);
  }

  /** Disk space in use. */
  get bytes(): number {
    return this.snapshots.bytes + this.#archive.bytes + this.#maker.bytes;
  }

  /**
   * The frame that made a rule fire, as a JPEG.
   * @param isAnnotated with what it was about: the objects in the colour of alarm, the zone or line
   * @throws LookoutError `not_found`, with the reason
   */
  snapshot(event: Pick<KeptEvent, 'id' | 'hasSnapshot'>, isAnnotated: boolean): Promise<Uint8Array> {
    const { id } = event;
    if (!isAnnotated) return this.#read(event);
    const drawn = this.#drawn.get(id);
    if (drawn) return drawn;
    const drawing = this.#read(event).then((jpeg) => this.#draw(jpeg));
    this.#drawn.set(id, drawing);
    for (const oldest of this.#drawn.keys()) if (this.#drawn.size > MAX_DRAWN) this.#drawn.delete(oldest);
    drawing.catch(() => this.#drawn.delete(id));
    return drawing;
  }

  /** One of some five frames a second of a camera, for clips. */
  frame(camera: string, pictures: PictureSet): void {
    const timestampMs = this.#options.toEpoch(pictures.frame.timestampMs);
    const add = (jpeg: Uint8Array) => {
      this.#recent.add(camera, { timestampMs, jpeg });
      this.#recorder.frame(camera, { timestampMs, jpeg });
    };
    const jpeg = pictures.overlay();
    if (jpeg instanceof Uint8Array) add(jpeg);
    // A frame that is gone by now is left out.
    else jpeg.then(add, () => undefined);
  }

  /** An event was made at this frame. @returns which pictures it will have */
  fired(
    event: EventMoment,
    pictures: PictureSet,
    drawing: SnapshotDrawing,
  ): { hasSnapshot: boolean; hasClip: boolean } {
    const { id, camera, frame_timestamp } = event;
    this.#recorder.fired(camera, id, frame_timestamp);
    return { hasSnapshot: this.snapshots.take({ id, camera, jpeg: pictures.overlay(), drawing }), hasClip: true };
  }

  /** @param timeMs Unix epoch ms */
  ended({ id, camera }: Pick<EventMoment, 'id' | 'camera'>, timeMs: number): void {
    this.#recorder.ended(camera, id, timeMs);
  }

  hasClip({ camera, frame_timestamp }: EventMoment): boolean {
    return (
      this.#archive.find(camera, frame_timestamp) !== undefined || this.#recorder.isRecording(camera, frame_timestamp)
    );
  }

  /** Where the MP4 file of an event's clip is, made now if need be. @throws LookoutError `not_found`, `unavailable` if it has only just begun; see `ClipMaker.make` */
  async clip(event: RuleEvent | KeptEvent): Promise<{ directory: string; file: string }> {
    const { id, camera, frame_timestamp, ended_at } = event;
    const recording = this.#archive.find(camera, frame_timestamp);
    if (!recording || recording.bytes === 0)
      throw this.#recorder.isRecording(camera, frame_timestamp) ? tooEarly() : noClip();
    const untilMs = Math.min(recording.endMs, (ended_at ?? Number.POSITIVE_INFINITY) + AFTER_MS);
    const range = { recording, fromMs: frame_timestamp - BEFORE_MS, untilMs };
    // While it goes on, all who ask get the same part of it: a browser asks for a file piece by piece.
    const file = await this.#maker.make(`${id}-${recording.isOpen ? 'so-far' : 'whole'}`, range);
    return { directory: this.#maker.directory, file };
  }

  /** Removes the pictures of an event. @param others events of its camera at about the same time, whose clips stay */
  async remove(event: EventMoment, others: readonly EventMoment[]): Promise<void> {
    await this.removeById(event.id);
    await this.#archive.removeUnless(
      event.camera,
      (recording) => !isIn(recording, event) || others.some((other) => isIn(recording, other)),
    );
  }

  /** Removes the picture of an event of which nothing else is known, and its clip as far as it was made from the recording. */
  async removeById(id: string): Promise<void> {
    this.#drawn.delete(id);
    await this.snapshots.remove(id);
    await this.#maker.remove(id);
  }

  /** Removes clips that ended before a time, but for those of kept events. @param timeMs Unix epoch ms */
  removeClipsBefore(timeMs: number): Promise<void> {
    return this.#archive.removeBefore(timeMs);
  }

  /** A camera has no picture for now. */
  cameraClosed(camera: string): void {
    this.#recorder.closed(camera);
    this.#recent.remove(camera);
  }

  /** Removes what there is of a camera, but for snapshots. */
  async removeCamera(camera: string): Promise<void> {
    this.cameraClosed(camera);
    this.snapshots.forgetCamera(camera);
    await this.#recorder.settled();
    await this.#archive.removeCamera(camera);
  }

  /** Writes what has begun. */
  async close(): Promise<void> {
    await this.#recorder.close();
    await this.snapshots.settled();
    await this.#maker.close();
  }

  async #read({ id, hasSnapshot }: Pick<KeptEvent, 'id' | 'hasSnapshot'>): Promise<Uint8Array> {
    const jpeg = await this.snapshots.read(id);
    if (!jpeg) throw new LookoutError('not_found', hasSnapshot ? NO_LONGER_KEPT : NEVER_TAKEN);
    return jpeg;
  }

  async #draw(jpeg: Uint8Array): Promise<Uint8Array> {
    const { tracks, zone, line } = drawingOf(jpeg);
    const { jpegs } = await this.#options.runSoon({
      picture: { kind: 'jpeg', jpeg },
      encode: {
        detections: tracks.map((track) => ({ ...track, class_id: 0 })),
        alarmed: new Set(tracks.map(({ track_id }) => track_id)),
        regions: { zones: zone ? [zone] : [], lines: line ? [line] : [] },
        firing: new Set([zone?.name ?? line?.name ?? '']),
        qualities: [SNAPSHOT_QUALITY],
      },
    });
    const [drawn] = jpegs;
    if (!drawn) throw new LookoutError('internal', 'The picture could not be drawn');
    return drawn.jpeg;
  }
}

function noClip(): LookoutError {
  return new LookoutError('not_found', 'There is no clip of this event: it is no longer kept, or none was recorded');
}

function tooEarly(): LookoutError {
  return new LookoutError('unavailable', 'The clip of this event has only just begun to be recorded', {
    hint: 'Try again in a second.',
  });
}

function isIn(recording: Recording, { camera, frame_timestamp }: EventMoment): boolean {
  return camera === recording.camera && covers(recording, frame_timestamp);
}
