import type { Line, Rule, Trigger, Zone } from '@lookout/protocol';
import { Actor, type Span } from '../actor.js';
import { Chance } from '../random.js';
import type { Recording } from '../simulated-vision.js';

const WIDTH = 1280;
const HEIGHT = 720;
/** Cameras have been open for a while when something happens, ms. */
export const SETTLED_MS = 6500;

/** What a scene is about: what is in it, which rule is watched, and when the rule must fire. */
export interface ScenePlan {
  readonly trigger: Trigger;
  /** One for each event, in which its frame must lie; none in a near miss. */
  readonly expected: readonly Span[];
}

/** A place with a zone and a line in which actors are put. Pixels. */
export class Stage {
  readonly chance: Chance;
  readonly actors: Actor[] = [];
  readonly gaps: Span[] = [];
  shakes: (Span & { amplitude: number; hertz: number; angle: number })[] = [];
  /** The zone “yard”. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** The line “gate” leads from top to bottom at this x, so that forward is to the left. */
  readonly lineX: number;
  readonly personHeight: number;
  /** The scene lasts until all actors are done, and then so long. */
  aftermathMs = 4000;
  readonly #fps: number;

  constructor(seed: number) {
    this.chance = new Chance(seed);
    const { chance } = this;
    this.left = chance.between(380, 460);
    this.right = chance.between(760, 880);
    this.top = chance.between(360, 420);
    this.bottom = chance.between(600, 660);
    this.lineX = chance.between(520, 720);
    this.personHeight = chance.between(110, 200);
    this.#fps = chance.between(8, 15);
  }

  get middleX(): number {
    return (this.left + this.right) / 2;
  }

  get middleY(): number {
    return (this.top + this.bottom) / 2;
  }

  /** A point well inside the zone. */
  inside(): { x: number; y: number } {
    const { chance } = this;
    return {
      x: this.middleX + chance.between(-0.25, 0.25) * (this.right - this.left),
      y: this.middleY + chance.between(-0.2, 0.2) * (this.bottom - this.top),
    };
  }

  /** A point to the left or right of the zone, `heights` of a person away from it. */
  beside(heights: number): { x: number; y: number } {
    const away = heights * this.personHeight;
    const y = this.middleY + this.chance.between(-0.2, 0.2) * (this.bottom - this.top);
    return { x: this.chance.happens(0.5) ? this.left - away : this.right + away, y };
  }

  /** An ordinary walking speed, heights per second. */
  pace(): number {
    return this.chance.between(0.6, 1.1);
  }

  person(at: { x: number; y: number; atMs?: number }): Actor {
    return this.add('person', { ...at, height: this.personHeight });
  }

  add(className: string, at: { x: number; y: number; height: number; width?: number; atMs?: number }): Actor {
    const actor = new Actor(className, { atMs: SETTLED_MS, ...at });
    this.actors.push(actor);
    return actor;
  }

  /** Tracking loses an actor's id once while it is there. */
  switchIdOf(actor: Actor, fromMs: number): Actor {
    return actor.switchId(fromMs + this.chance.between(0.15, 0.85) * (actor.nowMs - fromMs));
  }

  /** The camera shakes: all that stands still seems to move alike. */
  shake(fromMs: number, lastsMs: number): void {
    this.shakes.push({
      fromMs,
      untilMs: fromMs + lastsMs,
      amplitude: this.chance.between(0.1, 0.35) * this.personHeight,
      hertz: this.chance.between(1.5, 5),
      angle: this.chance.between(0, Math.PI),
    });
  }

  /** Things that stand around, by which a shaking camera can be told from things that move. */
  furniture(): void {
    for (const x of [90, 1150, 640]) this.add('bench', { x, y: 300, height: 70, atMs: 0 }).stand(60_000);
  }

  rule(trigger: Trigger): Rule {
    return { cameras: 'all', severity: 'warning', cooldown_s: 0, trigger };
  }

  get regions(): { zones: Zone[]; lines: Line[] } {
    const { left, right, top, bottom, lineX } = this;
    const corners = [
      [left, top],
      [right, top],
      [right, bottom],
      [left, bottom],
    ] as const;
    return {
      zones: [{ name: 'yard', points: corners.map(([x, y]) => [x / WIDTH, y / HEIGHT]) }],
      lines: [{ name: 'gate', from: [lineX / WIDTH, 250 / HEIGHT], to: [lineX / WIDTH, 700 / HEIGHT] }],
    };
  }

  get recording(): Recording {
    const actors = this.actors.filter(({ className }) => className !== 'bench');
    const lastMs = Math.max(...actors.map(({ nowMs }) => nowMs), 0);
    return {
      camera: 'yard',
      actors: this.actors,
      fromMs: 0,
      untilMs: lastMs + this.aftermathMs,
      fps: this.#fps,
      width: WIDTH,
      height: HEIGHT,
      gaps: this.gaps,
      shakeAt: (ms) => this.#shakeAt(ms),
    };
  }

  #shakeAt(ms: number): readonly [number, number] {
    let x = 0;
    let y = 0;
    for (const { fromMs, untilMs, amplitude, hertz, angle } of this.shakes) {
      if (ms < fromMs || ms >= untilMs) continue;
      const swing = amplitude * Math.sin((2 * Math.PI * hertz * (ms - fromMs)) / 1000);
      x += swing * Math.cos(angle);
      y += swing * Math.sin(angle);
    }
    return [x, y];
  }
}

/** Something is due at `atMs`, and told at the latest `lateMs` after it. */
export function due(atMs: number, lateMs = 2500, earlyMs = 600): Span {
  return { fromMs: atMs - earlyMs, untilMs: atMs + lateMs };
}
