/** A rectangle in fractions 0..1 of a picture. */
export interface Part {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const WHOLE: Part = { x: 0, y: 0, width: 1, height: 1 };

/** Smallest part of a picture's height that is shown: less would be a few blurred pixels. */
const MIN_HEIGHT = 0.22;

/**
 * The part of a picture to show around something in it, inside the picture and with the shape of the view.
 * @param target what it is about
 * @param pictureAspect width ÷ height of the picture
 * @param viewAspect width ÷ height of the view
 * @param share of the view's height that the target takes, 0..1; of its width it takes at most 0.8
 * @example cropAround({ x: 0.4, y: 0.4, width: 0.1, height: 0.2 }, 1, 1, 0.5) // { x: 0.25, y: 0.3, width: 0.4, height: 0.4 }
 */
export function cropAround(target: Part, pictureAspect: number, viewAspect: number, share: number): Part {
  // Widths of the view per its height, both in fractions of the picture.
  const ratio = viewAspect / pictureAspect;
  const most = Math.min(1, 1 / ratio);
  const wanted = Math.max(target.height / share, target.width / 0.8 / ratio, MIN_HEIGHT);
  const height = Math.min(wanted, most);
  const width = height * ratio;
  return {
    x: within(target.x + target.width / 2 - width / 2, 1 - width),
    y: within(target.y + target.height / 2 - height / 2, 1 - height),
    width,
    height,
  };
}

/** The smallest rectangle around some points. */
export function around(points: readonly (readonly [number, number])[]): Part {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

function within(value: number, most: number): number {
  return Math.min(Math.max(0, value), Math.max(0, most));
}
