import { OVERLAY_LOOK, type PlanePoint, type RegionShape } from '@lookout/protocol/core';
import { BLACK, length, share, toYuv } from './overlay-colors.js';
import { type Area, blendCoverage, type YuvPicture } from './yuv-picture.js';

/** Burns zones and lines into the planes, without their names. @param shapes in pixels of the picture */
export function drawRegions(picture: YuvPicture, shapes: readonly RegionShape[], scale: number): void {
  const halo = OVERLAY_LOOK.halo.width * scale;
  for (const { colour, area, strokes, lineWidth, fill } of shapes) {
    const color = toYuv(Number.parseInt(colour.slice(1), 16));
    // As with boxes, thinner lines would have no colour of their own.
    const width = Math.max(2, lineWidth);
    const reach = width / 2 + halo + 1;
    const bounds = boundsOf(strokes.flat(), reach, picture);
    if (area) blendCoverage(picture, bounds, color, fill, (cover) => coverArea(area, bounds, cover));
    const coverLines = (lineWidth: number) => (cover: Cover) => {
      for (const stroke of strokes) coverStroke(stroke, lineWidth, bounds, cover);
    };
    blendCoverage(picture, bounds, BLACK, OVERLAY_LOOK.halo.opacity, coverLines(width + 2 * halo));
    blendCoverage(picture, bounds, color, 1, coverLines(width));
  }
}

/** Covers a pixel by a share of 0..1, unless it is covered more already. */
type Cover = (x: number, y: number, share: number) => void;

function boundsOf(points: readonly PlanePoint[], reach: number, { width, height }: YuvPicture): Area {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return {
    left: Math.max(0, Math.floor(Math.min(...xs) - reach)),
    top: Math.max(0, Math.floor(Math.min(...ys) - reach)),
    right: Math.min(width, Math.ceil(Math.max(...xs) + reach)),
    bottom: Math.min(height, Math.ceil(Math.max(...ys) + reach)),
  };
}

/** Covers the pixels whose centres lie in a polygon. */
function coverArea(area: readonly PlanePoint[], { left, top, right, bottom }: Area, cover: Cover): void {
  for (let y = top; y < bottom; y++) {
    const crossings = crossingsAt(area, y + 0.5);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const from = Math.max(left, Math.ceil(crossings[i]! - 0.5));
      const to = Math.min(right, Math.ceil(crossings[i + 1]! - 0.5));
      for (let x = from; x < to; x++) cover(x, y, 1);
    }
  }
}

/** Where a polygon's outline crosses a row, from left to right. */
function crossingsAt(area: readonly PlanePoint[], y: number): number[] {
  const crossings: number[] = [];
  let previous = area.at(-1);
  for (const corner of area) {
    if (previous && corner[1] > y !== previous[1] > y) {
      crossings.push(corner[0] + ((y - corner[1]) / (previous[1] - corner[1])) * (previous[0] - corner[0]));
    }
    previous = corner;
  }
  return crossings.sort((a, b) => a - b);
}

/** Covers the pixels near connected points, with round ends. */
function coverStroke(stroke: readonly PlanePoint[], width: number, bounds: Area, cover: Cover): void {
  for (let i = 0; i + 1 < stroke.length; i++) coverSegment(stroke[i]!, stroke[i + 1]!, width / 2, bounds, cover);
}

function coverSegment([ax, ay]: PlanePoint, [bx, by]: PlanePoint, radius: number, bounds: Area, cover: Cover): void {
  const [dx, dy] = [bx - ax, by - ay];
  const squared = dx * dx + dy * dy;
  const reach = radius + 1;
  const top = Math.max(bounds.top, Math.floor(Math.min(ay, by) - reach));
  const bottom = Math.min(bounds.bottom, Math.ceil(Math.max(ay, by) + reach));
  // Half of what a row cuts out of an endless line of this width.
  const spread = dy === 0 ? Number.POSITIVE_INFINITY : (reach * Math.sqrt(squared)) / Math.abs(dy);
  for (let y = top; y < bottom; y++) {
    const py = y + 0.5 - ay;
    const centre = dy === 0 ? ax : ax + (py / dy) * dx;
    const from = Math.max(bounds.left, Math.floor(Math.max(Math.min(ax, bx) - reach, centre - spread)));
    const to = Math.min(bounds.right, Math.ceil(Math.min(Math.max(ax, bx) + reach, centre + spread)));
    for (let x = from; x < to; x++) {
      const px = x + 0.5 - ax;
      const along = squared > 0 ? share((px * dx + py * dy) / squared) : 0;
      cover(x, y, share(radius + 0.5 - length(px - along * dx, py - along * dy)));
    }
  }
}
