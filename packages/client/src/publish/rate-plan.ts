import { FrameSchedule } from './frame-schedule.js';
import { LinkBudget, type Plan } from './link-budget.js';
import type { PublishControl, PublishOptions } from './publish-types.js';

/** How frames are to be made and when: what the server asks for, less where the link carries less. */
export class RatePlan {
  readonly #budget: LinkBudget;
  readonly #schedule: FrameSchedule;
  #control: PublishControl;
  #scheduledFps: number;
  /** Who encodes can follow the link; who has JPEGs can only send fewer, and the window sees to that. */
  #encodes = false;

  /** @throws RangeError for an fps outside 5..60 or a quality outside 0.3..0.95 */
  constructor({ fps = 30, quality = 0.8, width }: Pick<PublishOptions, 'fps' | 'quality' | 'width'>) {
    check('fps', fps, 5, 60);
    check('quality', quality, 0.3, 0.95);
    const control = { fps, quality, ...(width === undefined ? {} : { width }), reason: '' };
    this.#control = control;
    this.#budget = new LinkBudget(control);
    this.#schedule = new FrameSchedule(control.fps);
    this.#scheduledFps = control.fps;
  }

  get current(): Plan {
    if (this.#encodes) return this.#budget.plan;
    const { reason, ...target } = this.#control;
    return { target, linkBound: false };
  }

  /** From now on frames are encoded as planned. */
  followLink(): void {
    this.#encodes = true;
  }

  setControl(control: PublishControl): void {
    this.#control = control;
    this.#budget.setControl(control);
    this.#apply();
  }

  /** Whether a frame captured then, our clock, ms, is not too early for the rate. */
  due(atMs: number): boolean {
    return this.#schedule.due(atMs);
  }

  /** A frame captured then goes out. */
  take(atMs: number): void {
    this.#schedule.take(atMs);
  }

  /** A frame was encoded as planned. */
  encoded(bytes: number, made: { quality: number; width: number }): void {
    this.#budget.frame(bytes, made);
  }

  /** @param bytesPerMs what the link carries; undefined until known */
  step(now: number, bytesPerMs: number | undefined): void {
    this.#budget.step(now, bytesPerMs);
    this.#apply();
  }

  /** A new connection: the way may be another. */
  reset(): void {
    this.#budget.reset();
  }

  #apply(): void {
    const { fps } = this.current.target;
    if (fps === this.#scheduledFps) return;
    this.#scheduledFps = fps;
    this.#schedule.setFps(fps);
  }
}

function check(name: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) {
    throw new RangeError(`Expected \`${name}\` in [${least}, ${most}], got ${value}`);
  }
}
