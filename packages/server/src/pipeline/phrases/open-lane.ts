import type { Box } from '@lookout/protocol';
import type { TaskModelInfo, TextQueries, TrackedObject } from '@lookout/vision';
import type { ObservedFrame } from '../live/observed-frame.js';
import { boxAround } from '../second-look/picture-parts.js';
import type { TaskModels } from '../task-models/task-models.js';
import type { LookedAt, LookVerdict } from './camera-phrase.js';
import { changedPart } from './motion.js';
import { type OpenFind, OpenFinds } from './open-finds.js';
import { tilesOf, touches } from './tiles.js';
import type { TrackCondition } from './track-lane.js';

export interface OpenLaneOptions {
  readonly models: Pick<TaskModels, 'model' | 'embedCrops' | 'encodeQueries' | 'openDetect' | 'glance'>;
  /** Verdict of a look for a phrase on a camera; undefined: no verdict yet. */
  scored(camera: string, key: string, crop: LookedAt): LookVerdict | undefined;
  /** A small JPEG of a part of a frame. */
  picture(jpeg: Uint8Array, box: Box, frameSize: readonly [number, number]): Promise<Uint8Array | undefined>;
  /** The next id of a camera's tracks. */
  nextTrackId(camera: string): number;
  /** A whole frame was searched. @param ms time taken */
  onSearched?(ms: number): void;
  onFault(error: unknown): void;
  /** Converts frame times to Unix epoch ms. */
  toEpoch(timeMs: number): number;
  /** On the frame clock, ms. */
  now(): number;
}

/** State of one camera. */
interface SearchedCamera {
  /** When it was last checked for motion. */
  glancedMs: number;
  /** When a frame was last searched, and its glance. */
  searchedMs: number;
  reference: Uint8Array | undefined;
  /** By phrase key. */
  readonly finds: Map<string, { readonly phrase: string; readonly finds: OpenFinds }>;
}

/** Search of one whole frame. */
interface Search {
  readonly camera: string;
  readonly jpeg: Uint8Array;
  readonly frameSize: readonly [width: number, height: number];
  readonly timestampMs: number;
  readonly conditions: readonly TrackCondition[];
  /** The part that has changed, pixels; undefined: the whole frame is searched. */
  readonly changed: Box | undefined;
}

/** Scored finds in one frame, by phrase key. */
type Finds = Map<string, OpenFind[]>;

const GLANCE_EVERY_MS = 1000;
/** Interval without motion: such searches show the usual background, and changes too slow to count as motion. */
const STILL_EVERY_MS = 60_000;
/** Share of one core that searching may use, beside live detection and at a lower priority. */
const CORE_SHARE = 0.5;
/** Maximum rest after a search: a later find is old news. */
const LONGEST_REST_MS = 20_000;
/** Maximum finds of one phrase in one frame that are scored, best first. */
const MAX_FINDS = 3;
/** Below this, open-vocabulary detectors find nothing but noise. */
const MIN_SCORE = 0.01;

/**
 * Searches whole frames for phrases without a class, such as smoke: after motion, at most once a second, and once a minute anyway. Uses an
 * open-vocabulary detector if there is one; otherwise the embedding model compares overlapping tiles. One frame of one camera at a time.
 */
export class OpenLane {
  readonly #options: OpenLaneOptions;
  readonly #cameras = new Map<string, SearchedCamera>();
  #isBusy = false;
  /** No search starts before this, on the frame clock. */
  #restsUntilMs = Number.NEGATIVE_INFINITY;
  /** Duration of a search, smoothed. */
  #searchMs: number | undefined;
  /** Phrases encoded for the detector. */
  #queries: { readonly of: string; readonly queries: TextQueries } | undefined;

  constructor(options: OpenLaneOptions) {
    this.#options = options;
  }

  /** Time until a camera with motion is searched again, s. */
  get everyS(): number {
    return Math.max(GLANCE_EVERY_MS, Math.min(LONGEST_REST_MS, (this.#searchMs ?? 0) / CORE_SHARE)) / 1000;
  }

  /** The model that searches; undefined: none. */
  get model(): TaskModelInfo | undefined {
    const { models } = this.#options;
    return models.model('open-detect') ?? models.model('embed');
  }

  /** Takes an analysed frame; frames of a camera must come in order. */
  observe(camera: string, { frame, pictures }: ObservedFrame, conditions: readonly TrackCondition[]): void {
    const wanted = conditions.filter(({ subject }) => subject.polarity !== 'absent');
    const known = this.#known(camera);
    for (const key of known.finds.keys()) if (!wanted.some((each) => each.key === key)) known.finds.delete(key);
    if (wanted.length === 0 || this.#isBusy || !this.model) return;
    const { timestampMs, width, height } = frame;
    if (this.#options.now() < this.#restsUntilMs) return;
    if (Math.abs(timestampMs - known.glancedMs) < GLANCE_EVERY_MS) return;
    known.glancedMs = timestampMs;
    this.#isBusy = true;
    // The frame may be gone by the next turn of the event loop.
    const picture = pictures.overlay();
    const search = { camera, frameSize: [width, height] as const, timestampMs, conditions: wanted };
    void this.#glance(known, search, picture).finally(() => {
      this.#isBusy = false;
    });
  }

  /** Objects found by their description alone. Times are frame times. */
  found(camera: string, timestampMs: number): readonly TrackedObject[] {
    const known = this.#cameras.get(camera);
    if (!known) return [];
    return [...known.finds.values()].flatMap(({ phrase, finds }) =>
      finds.objects.map(({ firstSeenMs, lastSeenMs, ...find }) => ({
        ...{ ...find, class_id: -1, class_name: phrase, velocity: [0, 0] as [number, number], isResident: false },
        ...{ firstSeenMs, confirmedMs: firstSeenMs, lastSeenMs: Math.min(lastSeenMs, timestampMs) },
      })),
    );
  }

  /** Forgets all finds, as the model has changed. */
  forget(): void {
    this.#cameras.clear();
    this.#queries = undefined;
    this.#searchMs = undefined;
  }

  removeCamera(camera: string): void {
    this.#cameras.delete(camera);
  }

  #known(camera: string): SearchedCamera {
    const known = this.#cameras.get(camera);
    if (known) return known;
    const never = Number.NEGATIVE_INFINITY;
    const fresh = { glancedMs: never, searchedMs: never, reference: undefined, finds: new Map() };
    this.#cameras.set(camera, fresh);
    return fresh;
  }

  async #glance(
    known: SearchedCamera,
    search: Omit<Search, 'jpeg' | 'changed'>,
    picture: Uint8Array | Promise<Uint8Array>,
  ): Promise<void> {
    const { models, now, onFault, onSearched } = this.#options;
    try {
      const jpeg = await picture;
      const glance = await models.glance(jpeg, { priority: 'open' });
      // Compared with the last frame searched, so that slowly rising smoke adds up.
      const part = known.reference && changedPart(known.reference, glance);
      const isDue = search.timestampMs - known.searchedMs >= STILL_EVERY_MS;
      const isFollowing = [...known.finds.values()].some(({ finds }) => finds.objects.length > 0);
      if (!part && !isDue && !isFollowing) return;
      const startedMs = now();
      const [width, height] = search.frameSize;
      const scale = ([x1, y1, x2, y2]: Box): Box => [x1 * width, y1 * height, x2 * width, y2 * height];
      const changed = isDue || isFollowing || !part ? undefined : scale(part);
      const finds = await this.#search({ ...search, jpeg, changed });
      for (const { key, subject } of search.conditions) {
        const followed = known.finds.get(key) ?? { phrase: subject.phrase, finds: new OpenFinds() };
        known.finds.set(key, followed);
        const nextId = () => this.#options.nextTrackId(search.camera);
        followed.finds.look(finds.get(key) ?? [], search.timestampMs, nextId);
      }
      Object.assign(known, { searchedMs: search.timestampMs, reference: glance });
      this.#rest(now() - startedMs);
      onSearched?.(now() - startedMs);
    } catch (error) {
      this.#rest(LONGEST_REST_MS * CORE_SHARE);
      onFault(error);
    }
  }

  #search(search: Search): Promise<Finds> {
    const detector = this.#options.models.model('open-detect');
    return detector ? this.#detect(detector, search) : this.#compareTiles(search);
  }

  /** Scores are logits of the detector's confidence. A frame without a find counts as one find with a very low score. */
  async #detect({ sha256 }: TaskModelInfo, search: Search): Promise<Finds> {
    const { jpeg, conditions } = search;
    const texts = conditions.map(({ subject }) => subject.phrase);
    const queries = await this.#encoded(sha256, texts);
    const options = { confidence: MIN_SCORE, iou: 0.5, maxDetections: MAX_FINDS * texts.length };
    const { detections } = await this.#options.models.openDetect(jpeg, queries, options, { priority: 'open' });
    const [width, height] = search.frameSize;
    return new Map(
      conditions.map(({ key }, query) => {
        const found = detections.filter((each) => each.query === query).slice(0, MAX_FINDS);
        const all = found.length > 0 ? found : [{ bbox: [0, 0, width, height] as Box, score: MIN_SCORE }];
        const finds = all.map(({ bbox, score }) => this.#scored(search, key, bbox, { score: logit(score) }, score));
        return [key, finds.filter((find) => find !== undefined)];
      }),
    );
  }

  async #encoded(sha256: string, texts: readonly string[]): Promise<TextQueries> {
    const of = JSON.stringify([sha256, ...texts]);
    if (this.#queries?.of === of) return this.#queries.queries;
    const queries = await this.#options.models.encodeQueries(texts, { priority: 'open' });
    this.#queries = { of, queries };
    return queries;
  }

  async #compareTiles(search: Search): Promise<Finds> {
    const { jpeg, frameSize, changed, conditions } = search;
    const tiles = tilesOf(...frameSize).filter((tile) => changed === undefined || touches(tile, changed));
    const vectors = await this.#options.models.embedCrops(jpeg, tiles, { priority: 'open' });
    return new Map(
      conditions.map(({ key }) => {
        const finds = tiles.map((tile, i) => this.#scored(search, key, tile, { vector: vectors[i]! }));
        return [key, joined(finds.filter((find) => find !== undefined))];
      }),
    );
  }

  #scored(
    { camera, jpeg, frameSize, timestampMs }: Search,
    key: string,
    bbox: Box,
    seen: LookedAt['seen'],
    confidence?: number,
  ): OpenFind | undefined {
    const { scored, picture, toEpoch } = this.#options;
    const [x1, y1, x2, y2] = bbox;
    const verdict = scored(camera, key, {
      seen,
      timestampMs: Math.round(toEpoch(timestampMs)),
      sidePx: Math.min(x2 - x1, y2 - y1),
      picture: () => picture(jpeg, bbox, frameSize),
    });
    return verdict && { bbox, fires: verdict.fires, confidence: confidence ?? 1 / (1 + Math.exp(-verdict.score)) };
  }

  #rest(tookMs: number): void {
    this.#searchMs = this.#searchMs === undefined ? tookMs : 0.8 * this.#searchMs + 0.2 * tookMs;
    this.#restsUntilMs = this.#options.now() + Math.min(LONGEST_REST_MS, tookMs / CORE_SHARE - tookMs);
  }
}

/** Joins firing tiles that touch into one find with a box around them: as tiles overlap, they show one object. */
function joined(finds: readonly OpenFind[]): OpenFind[] {
  const groups: { tiles: Box[]; confidence: number }[] = [];
  for (const { bbox, confidence } of finds.filter(({ fires }) => fires)) {
    const near = groups.filter(({ tiles }) => tiles.some((tile) => touches(tile, bbox)));
    const others = groups.filter((group) => !near.includes(group));
    const tiles = [bbox, ...near.flatMap((group) => group.tiles)];
    const surest = Math.max(confidence, ...near.map((group) => group.confidence));
    groups.splice(0, groups.length, ...others, { tiles, confidence: surest });
  }
  return groups.map(({ tiles, confidence }) => ({ bbox: boxAround(tiles)!, confidence, fires: true }));
}

function logit(score: number): number {
  const bounded = Math.min(1 - 1e-6, Math.max(1e-6, score));
  return Math.log(bounded / (1 - bounded));
}
