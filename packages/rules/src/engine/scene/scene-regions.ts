import { depthInside, type PlanePoint, regionKey } from '@lookout/protocol';
import type { CameraRegions } from './frame.js';
import { LinePassage, type SceneLine } from './line-passage.js';
import { SCENE_WIDTH } from './scene-box.js';
import type { SceneObject } from './scene-object.js';
import { ZoneVisit } from './visit.js';

interface Named {
  readonly name: string;
  readonly key: string;
}

/** The zones and lines of a camera in scene units, and where its objects are among them. */
export class SceneRegions {
  #regions: CameraRegions;
  #height: number;
  #zones: (Named & { readonly points: readonly PlanePoint[] })[] = [];
  #lines: (Named & SceneLine)[] = [];

  /** @param height of the picture, scene units. */
  constructor(regions: CameraRegions, height: number) {
    this.#regions = regions;
    this.#height = height;
    this.#measure();
  }

  /** Index and name as drawn; `undefined` if the camera has no such zone. */
  zone(name: string): { index: number; name: string } | undefined {
    return find(this.#zones, name);
  }

  line(name: string): { index: number; name: string } | undefined {
    return find(this.#lines, name);
  }

  /** What the sides of a line are called, left and right. */
  sidesOf(line: number): readonly [string, string] | undefined {
    return this.#regions.lines[line]?.sides;
  }

  /** Follows an object that this frame shows. */
  observe(object: SceneObject, nowMs: number): void {
    const { pointX, pointY, height } = object;
    const noise = object.trail.noise;
    for (const [index, { points }] of this.#zones.entries()) {
      object.zones[index] ??= new ZoneVisit();
      object.zones[index].observe(depthInside(pointX, pointY, points) / height, noise, object.isNewcomer, nowMs);
    }
    for (const [index, line] of this.#lines.entries()) {
      object.passages[index] ??= new LinePassage();
      object.passages[index].observe([pointX, pointY], line, height, noise, nowMs);
    }
  }

  /** Other zones and lines, or another shape of the picture. No object enters, leaves or crosses by it. */
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
    this.#zones = this.#regions.zones.map(({ name, points }) => ({
      name,
      key: regionKey(name),
      points: points.map(toScene),
    }));
    this.#lines = this.#regions.lines.map(({ name, from, to }) => ({
      name,
      key: regionKey(name),
      from: toScene(from),
      to: toScene(to),
    }));
  }
}

function find(named: readonly Named[], name: string): { index: number; name: string } | undefined {
  const index = named.findIndex(({ key }) => key === regionKey(name));
  const found = named[index];
  return found && { index, name: found.name };
}

function sameShape(a: readonly PlanePoint[] | undefined, b: readonly PlanePoint[]): boolean {
  return a?.length === b.length && b.every(([x, y], index) => a[index]?.[0] === x && a[index]?.[1] === y);
}
