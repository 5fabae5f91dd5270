import type { CameraRegions, Detection } from '@lookout/protocol';
import {
  labelledObjects,
  layoutLabels,
  layoutNames,
  OVERLAY_LOOK,
  type Rect,
  type RegionShape,
  regionShapes,
  uncovered,
} from '@lookout/protocol/core';
import { drawBoxes } from './draw-boxes.js';
import { LabelPen } from './draw-labels.js';
import { drawRegions } from './draw-regions.js';
import { ALARM, colorOfClass, toYuv } from './overlay-colors.js';
import type { StrokeFont } from './stroke-font.js';
import type { YuvPicture } from './yuv-picture.js';

/** What is burnt into a picture. */
export interface Overlay {
  /** Boxes in pixels of the picture; parts outside it are cut. */
  detections: readonly Detection[];
  /** Of the frame: only objects confirmed shortly before it are labelled; absent: all are new. */
  timestampMs?: number | undefined;
  /** Track ids of objects that set off a warning. */
  alarmed?: ReadonlySet<number> | undefined;
  /** Zones and lines to show below the boxes, and the names of those that rules fire for. */
  regions?: Pick<CameraRegions, 'zones' | 'lines'> | undefined;
  firing?: ReadonlySet<string> | undefined;
}

/**
 * Burns an overlay into the planes, directly in YUV, as `OVERLAY_LOOK` defines it, scaled to the picture. Nobody can point at a box here,
 * so only new objects are labelled.
 * @param fontOfUnit returns the label font at a size in pixels per grid unit; the caller keeps it.
 */
export function drawOverlay(
  picture: YuvPicture,
  { detections, timestampMs, alarmed, regions, firing }: Overlay,
  fontOfUnit: (unit: number) => StrokeFont,
): void {
  const scale = picture.height / OVERLAY_LOOK.referenceHeight;
  const bounds = { x: 0, y: 0, width: picture.width, height: picture.height };
  const shapes = regions ? regionShapes(regions, { picture: bounds, scale, firing }) : [];
  const visible = detections.filter(({ bbox }) => bbox.every(Number.isFinite));
  drawRegions(picture, shapes, scale);
  drawBoxes(picture, visible, scale, alarmed);
  const labelled = labelledObjects(visible, timestampMs);
  if (labelled.length === 0 && shapes.length === 0) return;
  const pen = new LabelPen(scale, fontOfUnit);
  const boxes = visible.map(({ bbox }) => rectOf(bbox));
  const labels = drawLabels(picture, pen, labelled, { bounds, boxes, alarmed });
  drawNames(picture, pen, shapes, { bounds, boxes, labels });
}

/** @returns where labels are now */
function drawLabels(
  picture: YuvPicture,
  pen: LabelPen,
  labelled: readonly Detection[],
  { bounds, boxes, alarmed }: { bounds: Rect; boxes: readonly Rect[]; alarmed?: ReadonlySet<number> | undefined },
): Rect[] {
  const requests = labelled
    .map(({ bbox, class_name, track_id }) => {
      const isAlarmed = track_id !== undefined && alarmed?.has(track_id);
      const label = pen.label(labelText(class_name), isAlarmed ? ALARM : colorOfClass(class_name));
      return { label, labelWidth: label.width, box: rectOf(bbox) };
    })
    .filter(({ labelWidth }) => labelWidth <= picture.width * OVERLAY_LOOK.label.maxShare);
  const places = layoutLabels(requests, { bounds, boxes, labelHeight: pen.height, gap: pen.gap });
  return requests.flatMap(({ label }, i) => {
    const place = places[i];
    if (!place) return [];
    pen.draw(picture, label, place);
    return [{ ...place, width: label.width, height: pen.height }];
  });
}

function drawNames(
  picture: YuvPicture,
  pen: LabelPen,
  shapes: readonly RegionShape[],
  { bounds, ...passing }: { bounds: Rect; boxes: readonly Rect[]; labels: readonly Rect[] },
): void {
  const requests = shapes.map(({ name, colour, area, strokes }) => {
    const label = pen.label(name, toYuv(Number.parseInt(colour.slice(1), 16)));
    return { label, labelWidth: label.width, strokes, ...(area && { area }) };
  });
  const places = layoutNames(requests, { bounds, labelHeight: pen.height, gap: pen.gap });
  const names = requests.flatMap(({ label }, i) => {
    const place = places[i];
    return place ? [{ label, rect: { ...place, width: label.width, height: pen.height } }] : [];
  });
  for (const { label, rect } of uncovered(names, passing)) pen.draw(picture, label, rect);
}

/** `Person` for the class `person`. */
export function labelText(className: string): string {
  return className.charAt(0).toUpperCase() + className.slice(1);
}

function rectOf([x1, y1, x2, y2]: Detection['bbox']): Rect {
  return { x: x1, y: y1, width: x2 - x1, height: y2 - y1 };
}
