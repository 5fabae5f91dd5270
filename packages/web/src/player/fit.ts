import type { Rect } from '@lookout/protocol';

/**
 * Where a picture stands in a view that shows all of it, centred (`object-fit: contain`).
 * Example: 640×480 in 1000×500 → `{ x: 166.7, y: 0, width: 666.7, height: 500 }`.
 */
export function containRect(pictureWidth: number, pictureHeight: number, viewWidth: number, viewHeight: number): Rect {
  const scale = Math.min(viewWidth / pictureWidth, viewHeight / pictureHeight);
  const width = pictureWidth * scale;
  const height = pictureHeight * scale;
  return { x: (viewWidth - width) / 2, y: (viewHeight - height) / 2, width, height };
}
