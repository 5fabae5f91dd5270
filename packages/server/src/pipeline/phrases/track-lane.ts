import type { Box } from '@lookout/protocol';
import type { PhrasedSubject } from '@lookout/rules';
import type { TrackedObject } from '@lookout/vision';
import type { ObservedFrame } from '../live/observed-frame.js';
import type { TaskModels } from '../task-models/task-models.js';
import type { LookedAt, LookVerdict } from './camera-phrase.js';
import { CropSchedule, type SeenTrack } from './crop-schedule.js';
import type { TrackLook } from './track-embeddings.js';
import { TrackVerdict } from './track-verdict.js';

/** A phrase that objects of some classes are compared with. */
export interface TrackCondition {
  /** `phraseKey` of the subject. */
  readonly key: string;
  readonly subject: PhrasedSubject;
}

export interface TrackLaneOptions {
  readonly models: Pick<TaskModels, 'model' | 'embedCrops'>;
  /** Crops per second over all cameras; auto: from the measured time per crop. */
  readonly cropsPerSecond: number | 'auto';
  /** Phrases that objects of a camera are compared with. */
  conditions(camera: string): readonly TrackCondition[];
  /** Verdict of a look for a phrase on a camera; undefined: no verdict yet. */
  scored(camera: string, key: string, crop: LookedAt): LookVerdict | undefined;
  /** A small JPEG of a part of a frame. */
  picture(jpeg: Uint8Array, box: Box, frameSize: readonly [number, number]): Promise<Uint8Array | undefined>;
  onEmbedded?(look: TrackLook): void;
  /** Looks made, and objects missed, since the last call. */
  onLooks?(made: number, missed: number): void;
  onFault(error: unknown): void;
  /** Converts frame times to Unix epoch ms. */
  toEpoch(timeMs: number): number;
  /** On the frame clock, ms. */
  now(): number;
}

/** State of one object. */
interface KnownTrack {
  readonly verdicts: Map<string, TrackVerdict>;
  /** Keys of the phrases it matches; replaced on change. */
  fulfilled: ReadonlySet<string>;
}

/** Share of one core that looks may use. */
const CORE_SHARE = 0.25;
/** Until the time per crop is measured. */
const FIRST_PER_SECOND = 2;
const PER_SECOND_RANGE = [0.5, 20] as const;
const NOTHING: ReadonlySet<string> = new Set();

/**
 * Looks more closely at objects covered by rules with phrases: embeds crops of tracks now and then, within a budget, beside live detection.
 * One model run serves all phrases. Observing costs the live pipeline only the choice of crops.
 */
export class TrackLane {
  readonly #options: TrackLaneOptions;
  readonly #schedule: CropSchedule;
  readonly #tracks = new Map<string, Map<number, KnownTrack>>();
  /** Objects covered by rules, by camera. */
  readonly #wanted = new Map<string, Set<number>>();
  /** Time per crop, smoothed. */
  #cropMs: number | undefined;
  #isLooking = false;
  #toldMissed = 0;

  constructor(options: TrackLaneOptions) {
    this.#options = options;
    this.#schedule = new CropSchedule({ perSecond: () => this.perSecond });
  }

  /** Maximum crops per second. */
  get perSecond(): number {
    const { cropsPerSecond } = this.#options;
    if (cropsPerSecond !== 'auto') return cropsPerSecond;
    if (this.#cropMs === undefined) return FIRST_PER_SECOND;
    const [least, most] = PER_SECOND_RANGE;
    return Math.min(most, Math.max(least, (CORE_SHARE * 1000) / this.#cropMs));
  }

  /** Takes an analysed frame; frames of a camera must come in order. */
  observe(camera: string, observed: ObservedFrame): void {
    if (!this.#options.models.model('embed')) return;
    const { frame, objects } = observed;
    const conditions = this.#options.conditions(camera);
    this.#forgetGone(camera, objects, conditions);
    if (this.#isLooking) return;
    const seen = objects.filter(({ lastSeenMs }) => lastSeenMs >= frame.timestampMs);
    const tracks = seen.map((object) => ({ ...trackOf(object, conditions), object }));
    const taken = this.#schedule.take(camera, tracks, frame.timestampMs, this.#options.now());
    if (taken.length === 0) return;
    this.#isLooking = true;
    const chosen = taken.map(({ object }) => object);
    // The frame may be gone by the next turn of the event loop.
    void this.#look(camera, observed, chosen, conditions, observed.pictures.overlay()).finally(() => {
      this.#isLooking = false;
    });
  }

  /** Keys of the phrases that an object matches. */
  fulfilled(camera: string, track: number): ReadonlySet<string> {
    return this.#tracks.get(camera)?.get(track)?.fulfilled ?? NOTHING;
  }

  /** Discards all verdicts, as the model has changed. */
  forgetVerdicts(): void {
    this.#tracks.clear();
  }

  removeCamera(camera: string): void {
    this.#tracks.delete(camera);
    this.#wanted.delete(camera);
    this.#schedule.removeCamera(camera);
  }

  async #look(
    camera: string,
    { frame }: ObservedFrame,
    objects: readonly TrackedObject[],
    conditions: readonly TrackCondition[],
    picture: Uint8Array | Promise<Uint8Array>,
  ): Promise<void> {
    const { models, now, onFault, onEmbedded, onLooks, toEpoch } = this.#options;
    const frameSize = [frame.width, frame.height] as const;
    const { timestampMs } = frame;
    try {
      const jpeg = await picture;
      const startedMs = now();
      const boxes = objects.map(({ bbox }) => bbox);
      const vectors = await models.embedCrops(jpeg, boxes, { priority: 'track' });
      this.#timed((now() - startedMs) / objects.length);
      for (const [i, object] of objects.entries()) {
        const vector = vectors[i]!;
        this.#judge(camera, object, conditions, { vector, jpeg, timestampMs, frameSize });
        const { id: track, class_name: className, bbox } = object;
        onEmbedded?.({ camera, track, className, bbox, frameSize, timestampMs: toEpoch(timestampMs), vector });
      }
      onLooks?.(objects.length, this.#schedule.missed - this.#toldMissed);
      this.#toldMissed = this.#schedule.missed;
    } catch (error) {
      onFault(error);
    }
  }

  #judge(
    camera: string,
    { id, class_name, bbox }: TrackedObject,
    conditions: readonly TrackCondition[],
    {
      vector,
      jpeg,
      timestampMs,
      frameSize,
    }: Pick<TrackLook, 'vector' | 'timestampMs' | 'frameSize'> & { jpeg: Uint8Array },
  ): void {
    const { scored, toEpoch, picture } = this.#options;
    const [x1, y1, x2, y2] = bbox;
    const crop: LookedAt = {
      seen: { vector },
      timestampMs: Math.round(toEpoch(timestampMs)),
      sidePx: Math.min(x2 - x1, y2 - y1),
      track: id,
      picture: () => picture(jpeg, bbox, frameSize),
    };
    for (const { key, subject } of conditions) {
      if (!subject.classes.includes(class_name)) continue;
      const found = scored(camera, key, crop);
      if (!found) continue;
      const known = this.#known(camera, id);
      const verdict = known.verdicts.get(key) ?? new TrackVerdict(subject.polarity ?? 'present');
      known.verdicts.set(key, verdict);
      const againMs = verdict.add(found.fires, timestampMs);
      if (againMs !== undefined) this.#schedule.again(camera, id, timestampMs + againMs);
      if (known.fulfilled.has(key) === verdict.fulfils) continue;
      const others = [...known.fulfilled].filter((each) => each !== key);
      known.fulfilled = new Set(verdict.fulfils ? [...others, key] : others);
    }
  }

  #known(camera: string, id: number): KnownTrack {
    const tracks = this.#tracks.get(camera) ?? new Map<number, KnownTrack>();
    this.#tracks.set(camera, tracks);
    const known = tracks.get(id) ?? { verdicts: new Map(), fulfilled: NOTHING };
    tracks.set(id, known);
    return known;
  }

  /** An object that is no longer listed has ended. */
  #forgetGone(camera: string, objects: readonly TrackedObject[], conditions: readonly TrackCondition[]): void {
    const ids = new Set(objects.map(({ id }) => id));
    const wanted = this.#wanted.get(camera) ?? new Set<number>();
    for (const id of wanted) {
      if (ids.has(id)) continue;
      wanted.delete(id);
      this.#schedule.ended(camera, id);
    }
    this.#schedule.keep(camera, ids);
    const tracks = this.#tracks.get(camera);
    if (tracks) for (const id of tracks.keys()) if (!ids.has(id)) tracks.delete(id);
    for (const object of objects) if (trackOf(object, conditions).isWanted) wanted.add(object.id);
    this.#wanted.set(camera, wanted);
  }

  #timed(cropMs: number): void {
    this.#cropMs = this.#cropMs === undefined ? cropMs : 0.9 * this.#cropMs + 0.1 * cropMs;
  }
}

function trackOf(
  { id, bbox, firstSeenMs, isResident, class_name }: TrackedObject,
  conditions: readonly TrackCondition[],
): SeenTrack {
  const isWanted = conditions.some(({ subject }) => subject.classes.includes(class_name));
  return { id, bbox, firstSeenMs, isResident, isWanted };
}
