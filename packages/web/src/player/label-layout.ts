import type { Rect } from './fit.js';

/** A box that wants a label. All in CSS pixels of the view. */
export interface LabelRequest {
  box: Rect;
  /** The label's own width. */
  labelWidth: number;
}

/**
 * Finds a place for each label: above its box, else inside at the top, else below, else further down the box; never outside `bounds` and,
 * as long as there is room, never on another label. The first in the list choose first.
 * @returns top-left corners, in the order of the requests
 */
export function layoutLabels(
  requests: readonly LabelRequest[],
  labelHeight: number,
  bounds: Rect,
): Array<{ x: number; y: number }> {
  const placed: Rect[] = [];
  return requests.map(({ box, labelWidth }) => {
    const x = clamp(box.x, bounds.x, bounds.x + bounds.width - labelWidth);
    const lowest = bounds.y + bounds.height - labelHeight;
    const candidates = [box.y - labelHeight, box.y, box.y + box.height, box.y + labelHeight, box.y + 2 * labelHeight];
    const free = candidates
      .filter((y) => y >= bounds.y && y <= lowest)
      .find((y) => !placed.some((other) => overlaps(other, x, y, labelWidth, labelHeight)));
    const y = free ?? clamp(box.y - labelHeight, bounds.y, lowest);
    placed.push({ x, y, width: labelWidth, height: labelHeight });
    return { x, y };
  });
}

function overlaps(other: Rect, x: number, y: number, width: number, height: number): boolean {
  return x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height;
}

/** `low` wins where there is no room at all. */
function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
