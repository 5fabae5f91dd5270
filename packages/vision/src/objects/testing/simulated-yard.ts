import type { Box, Detection } from '@lookout/protocol';
import { seededRandom } from '../../testing/random.js';
import type { TrackedObject, Tracker, TrackLife } from '../tracked-object.js';

const CLASS_IDS: Readonly<Record<string, number>> = { person: 0, car: 2, truck: 7 };

/** Something in a simulated yard: where it is at a time, or nothing while it is not there. */
export interface Actor {
  className: string | ((ms: number) => string);
  boxAt(ms: number): Box | undefined;
  score?: number | ((ms: number) => number);
  /** Whether the detector misses it, in addition to chance. */
  isMissed?(ms: number): boolean;
}

export interface YardOptions {
  fps: number;
  fromMs?: number;
  toMs: number;
  seed?: number;
  /** Of each side of a box, as a share of its length. Default 0.1. */
  jitter?: number;
  /** Chance that a detection is missed. Default 0.05. */
  missRate?: number;
}

/** All that a tracker said of a yard. */
export interface YardReport {
  lives: TrackLife[];
  /** The objects of the last frame. */
  objects: readonly TrackedObject[];
  /** Ids of objects by class, in order of appearance. */
  idsOf(className: string): number[];
}

/** Shows a yard to a tracker. @param watch is called with the objects of each frame */
export function watchYard(
  tracker: Tracker,
  actors: readonly Actor[],
  { fps, fromMs = 0, toMs, seed = 1, jitter = 0.1, missRate = 0.05 }: YardOptions,
  watch: (objects: readonly TrackedObject[], ms: number) => void = () => undefined,
): YardReport {
  const random = seededRandom(seed);
  const lives: TrackLife[] = [];
  const ids = new Map<number, string>();
  let objects: readonly TrackedObject[] = [];
  for (let ms = fromMs; ms < toMs; ms += 1000 / fps) {
    const detections = actors.flatMap((actor) => detect(actor, ms, random, jitter, missRate));
    const update = tracker.update(detections, ms);
    lives.push(...update.lives);
    objects = update.objects;
    for (const { id, class_name } of objects) if (!ids.has(id)) ids.set(id, class_name);
    watch(objects, ms);
  }
  const idsOf = (className: string) => [...ids].flatMap(([id, name]) => (name === className ? [id] : []));
  return { lives, objects, idsOf };
}

function detect(actor: Actor, ms: number, random: () => number, jitter: number, missRate: number): Detection[] {
  const box = actor.boxAt(ms);
  const isMissed = random() < missRate;
  const noise = [random(), random(), random(), random(), random()].map((value) => value - 0.5) as [number, ...number[]];
  if (!box || isMissed || actor.isMissed?.(ms)) return [];
  const { className, score = 0.75 } = actor;
  const name = typeof className === 'string' ? className : className(ms);
  const mean = typeof score === 'number' ? score : score(ms);
  const [width, height] = [box[2] - box[0], box[3] - box[1]];
  const bbox = box.map((side, i) => side + 2 * jitter * noise[i]! * (i % 2 === 0 ? width : height)) as unknown as Box;
  return [{ bbox, confidence: mean + 0.1 * noise[4]!, class_id: CLASS_IDS[name] ?? 0, class_name: name }];
}

/** A box around a point on the ground. */
export function boxAround(x: number, y: number, width: number, height: number): Box {
  return [x - width / 2, y - height, x + width / 2, y];
}

/**
 * Something of a size that goes straight from one point to the next, each at its time, and is gone before and after.
 * @param isGentle whether it speeds up from each point and slows down to the next, as cars do.
 */
export function passage(
  stops: readonly { ms: number; x: number; y: number }[],
  [width, height]: readonly [number, number],
  isGentle = false,
): (ms: number) => Box | undefined {
  return (ms) => {
    const next = stops.findIndex((stop) => stop.ms > ms);
    if (next < 1) return undefined;
    const [from, to] = [stops[next - 1]!, stops[next]!];
    const passed = (ms - from.ms) / (to.ms - from.ms);
    const share = isGentle ? passed * passed * (3 - 2 * passed) : passed;
    return boxAround(from.x + share * (to.x - from.x), from.y + share * (to.y - from.y), width, height);
  };
}
