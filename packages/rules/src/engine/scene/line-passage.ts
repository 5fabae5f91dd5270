import { distanceRightOf, type PlanePoint, positionAlong } from '@lookout/protocol';
import { SideEvidence } from './side-evidence.js';

/** A line is crossed once the point is beyond it by this fraction of the box's height. */
const CROSSING_MARGIN = 0.02;

/** A line in scene units. */
export interface SceneLine {
  readonly from: PlanePoint;
  readonly to: PlanePoint;
}

/** Detects when an object's point crosses a line. */
export class LinePassage {
  /** The crossing detected by the last observation. */
  crossing: { direction: 'forward' | 'backward'; sinceMs: number } | undefined;
  readonly #evidence = new SideEvidence(CROSSING_MARGIN);
  #lastX = Number.NaN;
  #lastY = Number.NaN;
  #lastDistance = 0;
  /** Where along the line the point last passed it: 0..1 on the line, else beyond its ends. */
  #passedAt = Number.NaN;

  observe(x: number, y: number, line: SceneLine, height: number, noise: number, nowMs: number): void {
    this.crossing = undefined;
    const distance = distanceRightOf(x, y, line.from, line.to);
    if (distance > 0 !== this.#lastDistance > 0) {
      const share = this.#lastDistance / (this.#lastDistance - distance);
      const passedX = this.#lastX + share * (x - this.#lastX);
      const passedY = this.#lastY + share * (y - this.#lastY);
      this.#passedAt = positionAlong(passedX, passedY, line.from, line.to);
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
    this.#lastX = x;
    this.#lastY = y;
    this.#lastDistance = distance;
  }

  /** Sets the side that the object came from, if it was at least `clearance` away from the line. */
  start(origin: PlanePoint, line: SceneLine, clearance: number, atMs: number): void {
    const distance = distanceRightOf(origin[0], origin[1], line.from, line.to);
    if (Math.abs(distance) < clearance) return;
    [this.#lastX, this.#lastY] = origin;
    this.#lastDistance = distance;
    this.#evidence.set(distance > 0 ? 1 : -1, atMs);
  }

  /** The line was edited: takes the object's side of the new one, without a crossing. */
  redraw(line: SceneLine, nowMs: number): void {
    this.crossing = undefined;
    if (Number.isNaN(this.#lastX)) return;
    this.#lastDistance = distanceRightOf(this.#lastX, this.#lastY, line.from, line.to);
    this.#evidence.set(this.#lastDistance > 0 ? 1 : -1, nowMs);
  }
}
