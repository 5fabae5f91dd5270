/** Pixels of a view or a picture. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A box that needs a label. */
export interface LabelRequest {
  box: Rect;
  /** The label's own width. */
  labelWidth: number;
}

export interface LabelSpace {
  /** Where labels may be. */
  bounds: Rect;
  /** All boxes, whose heads must stay uncovered. */
  boxes: readonly Rect[];
  labelHeight: number;
  /** Between a label and its box. */
  gap: number;
}

/** The upper part of a box that must stay free of labels, because heads are there. */
const FREE_SHARE = 1 / 3;

/**
 * Finds a place for each label: above its box, else to its right, to its left or below it; inside the bounds, never over the upper third of
 * any box nor over another label. Earlier requests take precedence.
 * @returns top-left corners in the order of the requests; undefined where no place is free.
 */
export function layoutLabels(
  requests: readonly LabelRequest[],
  { bounds, boxes, labelHeight, gap }: LabelSpace,
): Array<{ x: number; y: number } | undefined> {
  const taken = boxes.map((box) => ({ ...box, height: box.height * FREE_SHARE }));
  return requests.map(({ box, labelWidth }) => {
    const right = bounds.x + bounds.width - labelWidth;
    const bottom = bounds.y + bounds.height - labelHeight;
    const x = Math.max(bounds.x, Math.min(box.x, right));
    const y = Math.max(bounds.y, Math.min(box.y, bottom));
    const place = [
      { x, y: box.y - gap - labelHeight },
      { x: box.x + box.width + gap, y },
      { x: box.x - gap - labelWidth, y },
      { x, y: box.y + box.height + gap },
    ].find(
      (at) =>
        at.x >= bounds.x &&
        at.x <= right &&
        at.y >= bounds.y &&
        at.y <= bottom &&
        !taken.some((other) => overlaps(other, { ...at, width: labelWidth, height: labelHeight })),
    );
    if (place) taken.push({ ...place, width: labelWidth, height: labelHeight });
    return place;
  });
}

function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
