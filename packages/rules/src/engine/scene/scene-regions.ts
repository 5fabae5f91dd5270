import { depthInside, type PlanePoint, regionKey } from '@lookout/protocol';
import type { CameraRegions } from './frame.js';
import { LinePassage, type SceneLine } from './line-passage.js';
import { SCENE_WIDTH, type SceneBox } from './scene-box.js';
import type { SceneObject } from './scene-object.js';
import { ZoneVisit } from './visit.js';

/** Factor on the noise of moving objects: less evidence is needed than for an object that stands at a border. */
const MOVING_NOISE_SHARE = 0.45;
const STANDING_MS = 1000;
/** Uncertainty of an object's origin, in heights. */
const ORIGIN_DEPTH = 0.1;

interface Named {
  readonly name: string;
  readonly key: string;
}

interface SceneZone extends Named {
  readonly points: readonly PlanePoint[];
  readonly bounds: SceneBox;
}

/** The zones and lines of a camera in scene units. Updates the visits and crossings of its objects. */
export class SceneRegions {
  #regions: CameraRegions;
  #height: number;
  #zones: SceneZone[] = [];
  #lines: (Named & SceneLine)[] = [];

  /** @param height of the picture, scene units. */
  constructor(regions: CameraRegions, height: number) {
    this.#regions = regions;
    this.#height = height;
    this.#measure();
  }

  /** Index and original name; `undefined` if there is no such zone. */
  zone(name: string): { index: number; name: string } | undefined {
    return find(this.#zones, name);
  }

  line(name: string): { index: number; name: string } | undefined {
    return find(this.#lines, name);
  }

  /** Names of a line's left and right side. */
  sidesOf(line: number): readonly [string, string] | undefined {
    return this.#regions.lines[line]?.sides;
  }

  /** Updates an object that is seen in the current frame. */
  observe(object: SceneObject, nowMs: number): void {
    const { pointX, pointY, height } = object;
    const isStanding = object.rest.isAtPlace && nowMs - object.rest.sinceMs >= STANDING_MS;
    const noise = object.trail.noise * (isStanding ? 1 : MOVING_NOISE_SHARE);
    let index = 0;
    for (const zone of this.#zones) {
      object.zones[index] ??= this.#firstVisit(zone, object);
      object.zones[index]?.observe(depthIn(zone, pointX, pointY, height), noise, object.isNewcomer, nowMs);
      index++;
    }
    index = 0;
    for (const line of this.#lines) {
      object.passages[index] ??= this.#firstPassage(line, object);
      object.passages[index]?.observe(pointX, pointY, line, height, noise, nowMs);
      index++;
    }
  }

  /** An object that was outside at its first detection and is inside when confirmed has entered. */
  #firstVisit(zone: SceneZone, { origin, height, firstSeenMs }: SceneObject): ZoneVisit {
    const visit = new ZoneVisit();
    if (origin && depthIn(zone, origin[0], origin[1], height) <= -ORIGIN_DEPTH) visit.redraw(false, firstSeenMs);
    return visit;
  }

  #firstPassage(line: SceneLine, { origin, height, firstSeenMs }: SceneObject): LinePassage {
    const passage = new LinePassage();
    if (origin) passage.start(origin, line, ORIGIN_DEPTH * height, firstSeenMs);
    return passage;
  }

  /** Changes the zones and lines, or the aspect ratio of the picture. No object enters, leaves or crosses. */
  redraw(regions: CameraRegions, height: number, objects: Iterable<SceneObject>, nowMs: number): void {
    const before = { zones: this.#zones, lines: this.#lines };
    this.#regions = regions;
    this.#height = height;
    this.#measure();
    for (const object of objects) {
      const visits = this.#zones.map((zone) => {
        const old = before.zones.findIndex(({ key }) => key === zone.key);
        const visit = object.zones[old] ?? new ZoneVisit();
        if (!sameShape(before.zones[old]?.points, zone.points)) {
          visit.redraw(depthInside(object.pointX, object.pointY, zone.points) > 0, nowMs);
        }
        return visit;
      });
      const passages = this.#lines.map((line) => {
        const old = before.lines.findIndex(({ key }) => key === line.key);
        const passage = object.passages[old] ?? new LinePassage();
        const known = before.lines[old];
        if (!known || !sameShape([known.from, known.to], [line.from, line.to])) passage.redraw(line, nowMs);
        return passage;
      });
      object.zones.splice(0, object.zones.length, ...visits);
      object.passages.splice(0, object.passages.length, ...passages);
    }
  }

  #measure(): void {
    const toScene = ([x, y]: PlanePoint): PlanePoint => [x * SCENE_WIDTH, y * this.#height];
    this.#zones = this.#regions.zones.map(({ name, points }) => {
      const corners = points.map(toScene);
      return { name, key: regionKey(name), points: corners, bounds: boundsOf(corners) };
    });
    this.#lines = this.#regions.lines.map(({ name, from, to }) => ({
      name,
      key: regionKey(name),
      from: toScene(from),
      to: toScene(to),
    }));
  }
}

/** Depth of a point inside a zone, in heights, negative outside; approximate for points far away. */
function depthIn({ points, bounds }: SceneZone, x: number, y: number, height: number): number {
  const away = Math.max(bounds.left - x, x - bounds.right, bounds.top - y, y - bounds.bottom);
  return (away > height ? -away : depthInside(x, y, points)) / height;
}

function boundsOf(points: readonly PlanePoint[]): SceneBox {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

function find(named: readonly Named[], name: string): { index: number; name: string } | undefined {
  const index = named.findIndex(({ key }) => key === regionKey(name));
  const found = named[index];
  return found && { index, name: found.name };
}

function sameShape(a: readonly PlanePoint[] | undefined, b: readonly PlanePoint[]): boolean {
  return a?.length === b.length && b.every(([x, y], index) => a[index]?.[0] === x && a[index]?.[1] === y);
}
