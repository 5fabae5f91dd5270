import { distanceRightOf, type PlanePoint, positionAlong } from '@lookout/protocol';
import { SideEvidence } from './side-evidence.js';

/** A line in scene units. */
export interface SceneLine {
  readonly from: PlanePoint;
  readonly to: PlanePoint;
}

/** Follows an object's point past a line. */
export class LinePassage {
  /** The crossing that the last observation completed. */
  crossing: { direction: 'forward' | 'backward'; sinceMs: number } | undefined;
  readonly #evidence = new SideEvidence();
  #lastPoint: PlanePoint | undefined;
  #lastDistance = 0;
  /** Where the point passed the line, 0..1 along it, or beyond its ends. */
  #passedAt = Number.NaN;

  observe(point: PlanePoint, line: SceneLine, height: number, noise: number, nowMs: number): void {
    this.crossing = undefined;
    const distance = distanceRightOf(point[0], point[1], line.from, line.to);
    if (this.#lastPoint && distance > 0 !== this.#lastDistance > 0) {
      const share = this.#lastDistance / (this.#lastDistance - distance);
      const x = this.#lastPoint[0] + share * (point[0] - this.#lastPoint[0]);
      const y = this.#lastPoint[1] + share * (point[1] - this.#lastPoint[1]);
      this.#passedAt = positionAlong(x, y, line.from, line.to);
    }
    const wasKnown = this.#evidence.side !== 0;
    if (
      this.#evidence.observe(distance / height, noise, nowMs) &&
      wasKnown &&
      this.#passedAt >= 0 &&
      this.#passedAt <= 1
    ) {
      const direction = this.#evidence.side === 1 ? 'forward' : 'backward';
      this.crossing = { direction, sinceMs: this.#evidence.sinceMs };
    }
    this.#lastPoint = point;
    this.#lastDistance = distance;
  }

  /** The line was redrawn: the object is on its side of the new one without having crossed it. */
  redraw(line: SceneLine, nowMs: number): void {
    this.crossing = undefined;
    if (!this.#lastPoint) return;
    this.#lastDistance = distanceRightOf(this.#lastPoint[0], this.#lastPoint[1], line.from, line.to);
    this.#evidence.set(this.#lastDistance > 0 ? 1 : -1, nowMs);
  }
}
