import type { Rule, Trigger } from '@lookout/protocol';
import { RuleEngine } from '../engine/engine.js';
import type { EventChange, FiredEvent } from '../engine/events/event.js';
import type { CameraRegions, RuleObject } from '../engine/scene/frame.js';

/** Pictures of tests are squares of this many pixels. */
export const PICTURE_PX = 1000;
/** Longer than a camera counts as just opened. */
export const SETTLED_MS = 6000;

/** A zone over the middle of the picture, and a line down it, so that forward leads to the left. */
export const REGIONS: CameraRegions = {
  zones: [
    {
      name: 'Yard',
      points: [
        [0.4, 0.4],
        [0.8, 0.4],
        [0.8, 0.8],
        [0.4, 0.8],
      ],
    },
  ],
  lines: [{ name: 'gate', from: [0.5, 0.2], to: [0.5, 0.9], sides: ['street', 'house'] }],
};

interface ObjectOptions {
  readonly className?: string;
  readonly height?: number;
  readonly width?: number;
  readonly isResident?: boolean;
  readonly firstSeenMs?: number;
  /** Default: seen in this frame. */
  readonly lastSeenMs?: number;
  /** Keys of phrases. */
  readonly phrases?: readonly string[];
  readonly isOpen?: boolean;
}

/** An object that stands at a point of the picture; a person of 40 × 100 pixels if nothing else is said. */
export type Placed = ObjectOptions & { readonly id: number; readonly x: number; readonly y: number };

export function ruleOf(trigger: Trigger, rest: Partial<Rule> = {}): Rule {
  return { cameras: 'all', severity: 'warning', cooldown_s: 0, ...rest, trigger };
}

/** An engine with one rule or several and one camera, and what came of the frames shown to it. */
export class Play {
  readonly engine: RuleEngine;
  readonly changes: EventChange[] = [];
  readonly #camera: string;

  constructor(rules: Rule | readonly Rule[], { camera = 'cam', regions = REGIONS, timezone = 'UTC' } = {}) {
    this.#camera = camera;
    this.engine = new RuleEngine({ timezone });
    this.engine.setCamera(camera, regions);
    this.engine.setRules([rules].flat().map((rule, index) => ({ id: `rule ${index + 1}`, rule })));
  }

  /** Shows one frame. */
  show(ms: number, ...placed: readonly Placed[]): void {
    const objects = placed.map((one) => toRuleObject(one, ms));
    const frame = { camera: this.#camera, timestampMs: ms, width: PICTURE_PX, height: PICTURE_PX, objects };
    this.changes.push(...this.engine.frame(frame));
  }

  /** Shows ten frames a second, the last one excluded. */
  run(fromMs: number, untilMs: number, placedAt: (ms: number) => readonly Placed[]): this {
    for (let ms = fromMs; ms < untilMs; ms += 100) this.show(ms, ...placedAt(ms));
    return this;
  }

  /** Ten frames a second of nothing, until the camera counts as open for a while. */
  settle(): this {
    return this.run(0, SETTLED_MS, () => []);
  }

  /** Events as they were last told, in order of their making. */
  get events(): FiredEvent[] {
    const latest = new Map<string, FiredEvent>();
    for (const { event } of this.changes) latest.set(event.key, event);
    return [...latest.values()];
  }

  get reasons(): string[] {
    return this.events.map(({ reason }) => reason);
  }

  /** Times of the frames that made the rules fire. */
  get fired(): number[] {
    return this.changes.filter(({ kind }) => kind === 'created').map(({ event }) => event.frameTimestampMs);
  }
}

/** A point between two others: `from` before `startMs`, `to` after `endMs`. */
export function walk(ms: number, startMs: number, endMs: number, from: number, to: number): number {
  const share = Math.min(1, Math.max(0, (ms - startMs) / (endMs - startMs)));
  return from + share * (to - from);
}

function toRuleObject(placed: Placed, ms: number): RuleObject {
  const { id, x, y, className = 'person', height = 100, width = 0.4 * height } = placed;
  return {
    id,
    class_name: className,
    bbox: [x - width / 2, y - height, x + width / 2, y],
    confidence: 0.9,
    firstSeenMs: placed.firstSeenMs ?? ms,
    lastSeenMs: placed.lastSeenMs ?? ms,
    isResident: placed.isResident ?? false,
    ...(placed.phrases && { phrases: new Set(placed.phrases) }),
    ...(placed.isOpen && { isOpen: true }),
  };
}
