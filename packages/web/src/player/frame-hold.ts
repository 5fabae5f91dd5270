import type { DetectionsEvent } from '@lookout/protocol';
import { isOfFrame } from './box-matcher.js';
import type { ShownFrame } from './video/video-source.js';

/** How much later than a frame its boxes may come. */
const BUDGET_MS = 40;
/** Frames in a row whose boxes came in time, before the next one is held for its own. */
const TRUSTED = 3;
/** More than come within the budget at 60 frames a second. */
const MAX_AWAITED = 4;

type Draw = (frame: ShownFrame) => void;

/** A frame whose own boxes have not come. */
interface Awaited {
  readonly capturedMs: number;
  readonly timer: ReturnType<typeof setTimeout>;
  /** Undefined: it is on the screen already. */
  readonly held: HeldFrame | undefined;
}

/**
 * Holds frames of video for the moment that their boxes take to come, so that both are seen together. Only while analysis keeps up with the
 * video: otherwise frames would be seen later, and still with the boxes of earlier ones.
 */
export class FrameHold {
  readonly #awaited: Awaited[] = [];
  #inTime = 0;

  /**
   * A frame has come.
   * @param isBoxed whether its own boxes are here
   * @param draw called once, now or within the budget, unless a later frame is drawn before
   */
  add(frame: ShownFrame, isBoxed: boolean, draw: Draw): void {
    const held = !isBoxed && this.#inTime >= TRUSTED ? HeldFrame.of(frame, draw) : undefined;
    const timer = setTimeout(() => this.#settle(this.#awaited.length, false), BUDGET_MS);
    this.#awaited.push({ capturedMs: frame.capturedMs, timer, held });
    if (held === undefined) {
      for (const before of this.#awaited) before.held?.close();
      draw(frame);
    }
    if (isBoxed) this.#settle(this.#awaited.length, true);
    else if (this.#awaited.length > MAX_AWAITED) this.#settle(this.#awaited.length, false);
  }

  /** Boxes have come. @returns whether their frame was held for them, and is drawn now */
  boxesCame(event: DetectionsEvent): boolean {
    const index = this.#awaited.findIndex(({ capturedMs }) => isOfFrame(event, capturedMs));
    const held = this.#awaited[index]?.held;
    this.#settle(index + 1, true);
    return held !== undefined;
  }

  /** Forgets frames that were not drawn. */
  clear(): void {
    for (const { timer, held } of this.#awaited.splice(0)) {
      clearTimeout(timer);
      held?.close();
    }
    this.#inTime = 0;
  }

  /** Nothing more is awaited for the oldest ones. The last of them is drawn, unless it was. @param isInTime its boxes have come */
  #settle(count: number, isInTime: boolean): void {
    const settled = this.#awaited.splice(0, count);
    const last = settled.pop();
    if (last === undefined) return;
    // Those before it have none: analyses come in order.
    this.#inTime = isInTime && settled.length === 0 ? this.#inTime + 1 : 0;
    for (const { timer, held } of settled) {
      clearTimeout(timer);
      held?.close();
    }
    clearTimeout(last.timer);
    last.held?.draw();
  }
}

/** A copy of a frame that the video element has for a moment only. */
class HeldFrame {
  readonly #frame: ShownFrame;
  readonly #copy: ReturnType<typeof copyOf>;
  readonly #draw: Draw;
  readonly #sinceMs = performance.now();
  #isClosed = false;

  private constructor(frame: ShownFrame, draw: Draw) {
    this.#frame = frame;
    this.#copy = copyOf(frame.picture);
    this.#draw = draw;
  }

  /** Undefined where the browser can't copy frames. */
  static of(frame: ShownFrame, draw: Draw): HeldFrame | undefined {
    return 'VideoFrame' in globalThis ? new HeldFrame(frame, draw) : undefined;
  }

  /** Does nothing once it is closed. */
  draw(): void {
    if (this.#isClosed) return;
    const { capturedMs, ageMs } = this.#frame;
    this.#draw({ picture: this.#copy, capturedMs, ageMs: ageMs + performance.now() - this.#sinceMs });
    this.close();
  }

  close(): void {
    this.#isClosed = true;
    this.#copy.close();
  }
}

function copyOf(picture: ShownFrame['picture']) {
  const { width, height } = picture;
  return Object.assign(new VideoFrame(picture), { width, height });
}
