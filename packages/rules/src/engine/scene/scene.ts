import type { CameraRegions, RuleFrame, RuleObject } from './frame.js';
import { RemovalWatch } from './removal-watch.js';
import { SCENE_WIDTH, toSceneBox } from './scene-box.js';
import { SceneObject, type Sighting } from './scene-object.js';
import { SceneRegions } from './scene-regions.js';
import { SteadyTime } from './steady-time.js';
import { findPredecessor } from './succession.js';
import { ViewShift } from './view-shift.js';
import { SHORT_LOSS_MS } from './visit.js';

/** Maximum number of objects at the same time; further ones are ignored. */
const MAX_OBJECTS = 256;
/** Objects confirmed this soon after a camera opened have not entered, ms. */
const OPENING_MS = 5000;
/** Maximum time before confirmation over which an object's path is extrapolated, s. */
const MAX_CONFIRMING_S = 1;
/** Boxes this close to the upper or lower edge may be cut off, as a fraction of the picture's height. */
const EDGE_SHARE = 0.01;
/** Maximum frame interval added to the tolerance for losses, ms. */
const MAX_INTERVAL_MS = 5000;

/** The state of one camera shared by all rules: its objects over time and where they are. */
export class Scene {
  readonly camera: string;
  readonly time = new SteadyTime();
  readonly regions: SceneRegions;
  readonly removals = new RemovalWatch();
  /** In order of appearance. */
  objects: SceneObject[] = [];
  /** Those seen in the last frame. */
  seen: SceneObject[] = [];
  /** Objects that ended with the last frame, and those dropped because the picture had been lost. */
  ended: SceneObject[] = [];
  dropped: SceneObject[] = [];
  /** Since when the picture has been continuous, steady time. */
  openedMs = 0;
  /** Time with a picture since the previous frame, ms. */
  watchedMs = 0;
  /** Pixels of the last frame. */
  width = 0;
  pixelHeight = 0;
  /** Shorter times between sightings are not losses, ms: a second plus one frame interval. */
  toleranceMs = SHORT_LOSS_MS;
  readonly #byId = new Map<number, SceneObject>();
  /** Ids of tracks that are still listed although another track continues their object. */
  readonly #former = new Set<number>();
  readonly #shift = new ViewShift();
  #regionsOfCamera: CameraRegions;
  #isOpen = false;
  #nextKey = 1;

  constructor(camera: string, regions: CameraRegions) {
    this.camera = camera;
    this.#regionsOfCamera = regions;
    this.regions = new SceneRegions(regions, 0);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get nowMs(): number {
    return this.time.nowMs;
  }

  /** Whether the camera has been open for a while. */
  get isSettled(): boolean {
    return this.nowMs - this.openedMs >= OPENING_MS;
  }

  setRegions(regions: CameraRegions): void {
    this.#regionsOfCamera = regions;
    this.regions.redraw(regions, this.#sceneHeight, this.objects, this.nowMs);
  }

  /** The picture is lost; the next frame opens the camera again. */
  close(): void {
    this.#isOpen = false;
  }

  update(frame: RuleFrame): void {
    const continues = this.time.advance(frame.timestampMs);
    this.ended = [];
    this.dropped = [];
    const isSameView = this.#takeSize(frame.width, frame.height);
    const hasOpened = !this.#isOpen || !continues || !isSameView;
    this.#isOpen = true;
    if (hasOpened) this.openedMs = this.nowMs;
    this.watchedMs = hasOpened ? 0 : this.time.elapsedMs;
    // A loss begins with the first frame in which the object is missing.
    this.toleranceMs = SHORT_LOSS_MS + Math.min(MAX_INTERVAL_MS, this.watchedMs);
    this.#observe(frame);
    this.#endObjects(frame.objects, hasOpened);
    this.seen = this.objects.filter(({ isSeen }) => isSeen);
    for (const object of this.seen) this.regions.observe(object, this.nowMs);
    for (const object of this.objects) {
      for (const visit of object.zones) visit.tick(this.nowMs);
    }
    if (hasOpened) this.removals.forget();
    this.removals.update(this.objects, this.watchedMs, this.nowMs);
  }

  get #sceneHeight(): number {
    return this.width > 0 ? (SCENE_WIDTH * this.pixelHeight) / this.width : 0;
  }

  /** @returns false if the aspect ratio has changed, and so the view. */
  #takeSize(width: number, height: number): boolean {
    if (width === this.width && height === this.pixelHeight) return true;
    const before = this.#sceneHeight;
    this.width = width;
    this.pixelHeight = height;
    // Encoders round sizes, so the same view can have slightly different aspect ratios.
    const isSameView = Math.abs(this.#sceneHeight - before) < 0.01 * SCENE_WIDTH;
    this.regions.redraw(this.#regionsOfCamera, this.#sceneHeight, this.objects, this.nowMs);
    return isSameView;
  }

  #observe({ objects, timestampMs, width }: RuleFrame): void {
    const scale = SCENE_WIDTH / width;
    const shift = this.#findShift(objects, timestampMs, scale);
    for (const object of this.objects) object.isSeen = false;
    const strangers: Sighting[] = [];
    for (const object of objects) {
      if (!isSound(object)) continue;
      const known = this.#byId.get(object.id);
      const isSeen = object.isOpen === true || object.lastSeenMs >= timestampMs;
      if (!isSeen && (known || this.#former.has(object.id))) continue;
      this.#former.delete(object.id);
      const sighting = this.#sight(object, scale, shift);
      if (known) known.observe(sighting, this.nowMs, this.toleranceMs);
      else strangers.push(sighting);
    }
    for (const sighting of strangers) this.#welcome(sighting);
  }

  #sight(object: RuleObject, scale: number, shift: readonly [number, number]): Sighting {
    const margin = EDGE_SHARE * this.pixelHeight;
    const isCut =
      Math.min(object.bbox[1], object.bbox[3]) <= margin ||
      Math.max(object.bbox[1], object.bbox[3]) >= this.pixelHeight - margin;
    return { object, box: toSceneBox(object.bbox, scale, shift), isCut };
  }

  #findShift(objects: readonly RuleObject[], timestampMs: number, scale: number): readonly [number, number] {
    const seen: { object: SceneObject; x: number; y: number }[] = [];
    for (const { id, bbox, lastSeenMs, isOpen } of objects) {
      const object = this.#byId.get(id);
      if (!object || isOpen || lastSeenMs < timestampMs) continue;
      seen.push({ object, x: ((bbox[0] + bbox[2]) / 2) * scale, y: ((bbox[1] + bbox[3]) / 2) * scale });
    }
    return this.#shift.observe(seen, this.nowMs);
  }

  /** Handles a newly listed track: a new id of a known object, or a new object. */
  #welcome(sighting: Sighting): void {
    const { object, box } = sighting;
    const firstSeenMs = this.time.fromFrame(object.firstSeenMs);
    const missing = this.objects.filter(({ isSeen }) => !isSeen);
    const predecessor = findPredecessor(object, box, firstSeenMs, this.nowMs, missing, this.#sceneHeight);
    if (predecessor) {
      this.#byId.delete(predecessor.id);
      this.#former.add(predecessor.id);
      predecessor.succeed(firstSeenMs);
      predecessor.observe(sighting, this.nowMs, this.toleranceMs);
      this.#byId.set(object.id, predecessor);
      return;
    }
    if (this.objects.length >= MAX_OBJECTS) return;
    const lastSeenMs = this.time.fromFrame(object.lastSeenMs);
    const isNewcomer = this.isSettled && !object.isResident;
    const times = { firstSeenMs, lastSeenMs, nowMs: this.nowMs, isNewcomer };
    const newcomer = new SceneObject(this.#nextKey++, sighting, times, this.#movedSince(object, firstSeenMs));
    this.objects.push(newcomer);
    this.#byId.set(object.id, newcomer);
  }

  /** Displacement of a track since its first detection, extrapolated from its velocity, scene units. */
  #movedSince({ velocity = [0, 0] }: RuleObject, firstSeenMs: number): [number, number] {
    const seconds = Math.min(MAX_CONFIRMING_S, (this.nowMs - firstSeenMs) / 1000);
    const scale = (SCENE_WIDTH / this.width) * seconds;
    return [velocity[0] * scale, velocity[1] * scale];
  }

  /** Ends objects that are no longer listed, after the tolerance for losses. */
  #endObjects(listed: readonly RuleObject[], hasOpened: boolean): void {
    const ids = new Set(listed.map(({ id }) => id));
    for (const id of this.#former) if (!ids.has(id)) this.#former.delete(id);
    const isOver = (object: SceneObject) =>
      !ids.has(object.id) && (hasOpened || this.nowMs - object.lastSeenMs >= this.toleranceMs);
    if (!this.objects.some(isOver)) return;
    const over = this.objects.filter(isOver);
    this.objects = this.objects.filter((object) => !isOver(object));
    for (const object of over) {
      this.#byId.delete(object.id);
      if (hasOpened) continue;
      object.view.end(object.lastSeenMs, this.nowMs);
      for (const visit of object.zones) visit.end(object.lastSeenMs, this.nowMs);
    }
    if (hasOpened) this.dropped = over;
    else this.ended = over;
  }
}

/** Whether all numbers of a track are finite; others are ignored. */
function isSound({ bbox, velocity = [0, 0], firstSeenMs, lastSeenMs }: RuleObject): boolean {
  return bbox.every(Number.isFinite) && velocity.every(Number.isFinite) && Number.isFinite(firstSeenMs + lastSeenMs);
}
