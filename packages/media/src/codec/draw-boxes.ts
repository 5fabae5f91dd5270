import type { Detection } from '@lookout/protocol';
import { FAMILY_COLOURS, OVERLAY_LOOK } from '@lookout/protocol/core';
import { ALARM, BLACK, colorOfClass, length, share, toYuv } from './overlay-colors.js';
import { type Area, blendArea, blendPixel, fillArea, type YuvColor, type YuvPicture } from './yuv-picture.js';

/** For detections that are not confirmed. */
const GUESS = toYuv(FAMILY_COLOURS.thing);

/** Lengths of `OVERLAY_LOOK` at the size of a picture, pixels. */
interface Look {
  line: number;
  corner: number;
  halo: number;
  scale: number;
}

/**
 * Burns boxes into the planes. The first detection is on top.
 * @param scale pixels per unit of `OVERLAY_LOOK`
 * @param alarmed track ids of objects that set off a warning
 */
export function drawBoxes(
  picture: YuvPicture,
  detections: readonly Detection[],
  scale: number,
  alarmed?: ReadonlySet<number>,
): void {
  const { line, alarm, corner, halo } = OVERLAY_LOOK;
  // Two pixels at least: chroma has half the resolution, so a thinner line would have no colour of its own.
  const width = (units: number) => Math.max(2, Math.round(units * scale));
  const look = {
    line: width(line.regular),
    corner: corner.regular * scale,
    halo: Math.max(1, Math.round(halo.width * scale)),
    scale,
  };
  const alarmLook = { ...look, line: width(alarm.line.regular) };
  for (const { bbox, class_name, confirmed, track_id } of detections.toReversed()) {
    const isAlarmed = track_id !== undefined && alarmed?.has(track_id);
    const area = areaOf(bbox, look.line);
    if (confirmed === false) drawGuess(picture, area, look);
    else if (isAlarmed) drawBox(picture, area, ALARM, alarmLook);
    else drawBox(picture, area, colorOfClass(class_name), look);
  }
}

/** Coordinates are even, so that chroma, at half the resolution, has the same edges. */
function areaOf([x1, y1, x2, y2]: Detection['bbox'], line: number): Area {
  const [left, top] = [even(x1), even(y1)];
  return { left, top, right: Math.max(even(x2), left + 2 * line), bottom: Math.max(even(y2), top + 2 * line) };
}

function drawBox(picture: YuvPicture, area: Area, color: YuvColor, look: Look): void {
  const { left, top, right, bottom } = area;
  const { line, halo } = look;
  const { opacity } = OVERLAY_LOOK.halo;
  const side = Math.min(right - left, bottom - top);
  const corner = 2 * Math.floor(Math.min(look.corner, OVERLAY_LOOK.maxCornerShare * side) / 2);
  const upright = { top: top + corner, bottom: bottom - corner };
  const level = { left: left + corner, right: right - corner };
  const shade = (part: Area) => blendArea(picture, part, BLACK, () => opacity);
  shade({ ...level, top: top - halo, bottom: top });
  shade({ ...level, top: bottom, bottom: bottom + halo });
  shade({ ...upright, left: left - halo, right: left });
  shade({ ...upright, left: right, right: right + halo });
  fillArea(picture, { ...level, top, bottom: top + line }, color);
  fillArea(picture, { ...level, top: bottom - line, bottom }, color);
  fillArea(picture, { ...upright, left, right: left + line }, color);
  fillArea(picture, { ...upright, left: right - line, right }, color);
  drawCorners(picture, area, corner, color, look);
}

/** Rounded corners of a box, by each pixel's distance from the outer edge. */
function drawCorners(picture: YuvPicture, area: Area, corner: number, color: YuvColor, { line, halo }: Look): void {
  const { left, top, right, bottom } = area;
  const { width, height } = picture;
  for (let row = -halo; row < corner; row++) {
    for (let column = -halo; column < corner; column++) {
      const beyond = length(corner - column - 0.5, corner - row - 0.5) - corner;
      const onLine = share(0.5 - beyond) * share(beyond + line + 0.5);
      const onHalo = share(beyond + 0.5) * share(halo + 0.5 - beyond) * OVERLAY_LOOK.halo.opacity;
      if (onLine === 0 && onHalo === 0) continue;
      for (const x of [left + column, right - 1 - column]) {
        if (x < 0 || x >= width) continue;
        for (const y of [top + row, bottom - 1 - row]) {
          if (y < 0 || y >= height) continue;
          blendPixel(picture, x, y, BLACK, onHalo);
          blendPixel(picture, x, y, color, onLine);
        }
      }
    }
  }
}

function drawGuess(picture: YuvPicture, { left, top, right, bottom }: Area, { scale }: Look): void {
  const { guess } = OVERLAY_LOOK;
  const line = Math.max(1, Math.round(guess.line * scale));
  const dash = Math.max(2, Math.round(guess.dash * scale));
  const period = dash + Math.max(2, Math.round(guess.gap * scale));
  const dashed = (area: Area, at: (x: number, y: number) => number) =>
    blendArea(picture, area, GUESS, (x, y) => (at(x, y) % period < dash ? guess.opacity : 0));
  dashed({ left, top, right, bottom: top + line }, (x) => x - left);
  dashed({ left, top: bottom - line, right, bottom }, (x) => x - left);
  dashed({ left, top: top + line, right: left + line, bottom: bottom - line }, (_, y) => y - top);
  dashed({ left: right - line, top: top + line, right, bottom: bottom - line }, (_, y) => y - top);
}

function even(value: number): number {
  return 2 * Math.round(value / 2);
}
