/** A box of the truth: where the object stands, and its size. Pixels. */
export interface Pose {
  /** Middle of the bottom edge. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface KeyPose extends Pose {
  readonly atMs: number;
}

/** A stretch of time, its end excluded. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Width of a standing object per height. */
const ASPECTS: Readonly<Record<string, number>> = {
  person: 0.38,
  dog: 1.4,
  car: 2.2,
  truck: 1.6,
  suitcase: 0.7,
  bird: 1.2,
};

/** An object that does one thing after the other. */
export class Actor {
  readonly className: string;
  /** What detectors call it now and then instead. */
  mistakenFor: string | undefined;
  isResident = false;
  /** When tracking gives it another id, and when it is hidden. */
  readonly idSwitchesMs: number[] = [];
  readonly hidden: Span[] = [];
  readonly #poses: KeyPose[];

  constructor(className: string, at: { x: number; y: number; height: number; width?: number; atMs?: number }) {
    this.className = className;
    const width = at.width ?? at.height * (ASPECTS[className] ?? 1);
    this.#poses = [{ x: at.x, y: at.y, height: at.height, width, atMs: at.atMs ?? 0 }];
  }

  /** When what it has been told so far is done. */
  get nowMs(): number {
    return this.#last.atMs;
  }

  get x(): number {
    return this.#last.x;
  }

  get y(): number {
    return this.#last.y;
  }

  get height(): number {
    return this.#last.height;
  }

  /** @param speed in its heights per second. */
  goTo(x: number, y: number, speed: number): this {
    const way = Math.hypot(x - this.x, y - this.y) / this.height;
    return this.become({ x, y }, (1000 * way) / speed);
  }

  stand(ms: number): this {
    return this.become({}, ms);
  }

  /** Changes evenly to another pose. */
  become(pose: Partial<Pose>, ms: number): this {
    this.#poses.push({ ...this.#last, ...pose, atMs: this.nowMs + ms });
    return this;
  }

  hide(fromMs: number, untilMs: number): this {
    this.hidden.push({ fromMs, untilMs });
    return this;
  }

  switchId(atMs: number): this {
    this.idSwitchesMs.push(atMs);
    return this;
  }

  /** @returns `undefined` before it comes, after it has gone, and while it is hidden. */
  poseAt(ms: number): Pose | undefined {
    const first = this.#poses[0];
    if (!first || ms < first.atMs || ms > this.nowMs) return undefined;
    if (this.hidden.some(({ fromMs, untilMs }) => ms >= fromMs && ms < untilMs)) return undefined;
    const after = this.#poses.findIndex(({ atMs }) => atMs >= ms);
    const to = this.#poses[Math.max(0, after)] ?? first;
    const from = this.#poses[Math.max(0, after - 1)] ?? first;
    const share = to.atMs > from.atMs ? (ms - from.atMs) / (to.atMs - from.atMs) : 1;
    const between = (a: number, b: number) => a + share * (b - a);
    return {
      x: between(from.x, to.x),
      y: between(from.y, to.y),
      width: between(from.width, to.width),
      height: between(from.height, to.height),
    };
  }

  get #last(): KeyPose {
    const last = this.#poses[this.#poses.length - 1];
    if (!last) throw new Error('Expected a pose');
    return last;
  }
}
