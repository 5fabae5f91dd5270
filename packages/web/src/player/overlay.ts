import {
  type Box,
  type Detection,
  FAMILY_COLOURS,
  familyOf,
  labelledObjects,
  layoutLabels,
  movedBox,
  OVERLAY_LOOK,
  type Rect,
  type ViewedFrameMetadata,
} from '@lookout/protocol';
import { t } from '../strings/index.js';

/** What is drawn over the picture. */
export interface OverlaySettings {
  boxes: boolean;
  /** Labels of new objects, and of the one pointed at. */
  labels: boolean;
}

export const DEFAULT_OVERLAY: OverlaySettings = { boxes: true, labels: true };
/** For pictures that already contain their boxes. */
export const NO_OVERLAY: OverlaySettings = { boxes: false, labels: false };

/** The frame that an overlay belongs to. Without a `timestamp` all objects are new. */
export type BoxedFrame = Pick<ViewedFrameMetadata, 'width' | 'height' | 'detections' | 'detections_age_ms'> &
  Partial<Pick<ViewedFrameMetadata, 'timestamp'>>;

/** CSS pixels of the view. */
export interface Point {
  x: number;
  y: number;
}

export interface OverlayView {
  /** CSS pixels. */
  width: number;
  height: number;
  /** Pixels of the canvas per CSS pixel. */
  pixelRatio: number;
  /** Where the user taps or points. */
  pointer?: Point | undefined;
}

/** `#rrggbb`: the colour of a class's family, the same on pages and burnt into pictures. */
export function colourOf(className: string): string {
  return hex(FAMILY_COLOURS[familyOf(className)]);
}

/**
 * The rectangle of a picture in a view that shows all of it, centred (`object-fit: contain`). Example: 640×480 in 1000×500 → `{ x: 166.7,
 * y: 0, width: 666.7, height: 500 }`.
 */
export function containRect(pictureWidth: number, pictureHeight: number, viewWidth: number, viewHeight: number): Rect {
  const scale = Math.min(viewWidth / pictureWidth, viewHeight / pictureHeight);
  const width = pictureWidth * scale;
  const height = pictureHeight * scale;
  return { x: (viewWidth - width) / 2, y: (viewHeight - height) / 2, width, height };
}

/**
 * Where a detection is in this frame, pixels of the frame. Boxes that are older than the picture (`every=all`) are moved ahead by their
 * velocity.
 */
export function boxInFrame(detection: Detection, meta: BoxedFrame): Box {
  const age = meta.detections_age_ms ?? 0;
  if (age <= 0 || !detection.velocity) return detection.bbox;
  return movedBox(detection.bbox, detection.velocity, age, meta.width, meta.height);
}

/** `person`, or `Perhaps a person` for a guess. No score and no number: the diagnostics show those. */
export function labelText({ class_name, confirmed }: Detection): string {
  return confirmed === false ? t.player.perhaps(class_name) : class_name;
}

/** Draws the boxes of one frame, as `OVERLAY_LOOK` defines them. Draws nothing in views that are too small. */
export function drawOverlay(
  context: CanvasRenderingContext2D,
  meta: BoxedFrame,
  settings: OverlaySettings,
  view: OverlayView,
): void {
  const { pixelRatio } = view;
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  if (meta.detections.length === 0 || view.width < OVERLAY_LOOK.minViewWidth) return;
  const picture = containRect(meta.width, meta.height, view.width, view.height);
  const scale = picture.width / meta.width;
  const found = meta.detections.map((detection) => {
    const [x1, y1, x2, y2] = boxInFrame(detection, meta);
    const box = {
      x: picture.x + x1 * scale,
      y: picture.y + y1 * scale,
      width: (x2 - x1) * scale,
      height: (y2 - y1) * scale,
    };
    return { detection, box };
  });
  const size = view.width < OVERLAY_LOOK.narrowBelow ? 'narrow' : 'regular';
  // The first is the most certain and comes on top.
  if (settings.boxes) for (const one of found.toReversed()) drawBox(context, one, size);
  if (settings.labels) drawLabels(context, found, meta.timestamp, picture, size, view.pointer);
}

interface Found {
  detection: Detection;
  box: Rect;
}

type Size = 'regular' | 'narrow';

function drawBox(context: CanvasRenderingContext2D, { detection, box }: Found, size: Size): void {
  const corner = Math.min(OVERLAY_LOOK.corner[size], OVERLAY_LOOK.maxCornerShare * Math.min(box.width, box.height));
  if (detection.confirmed === false) {
    const { line, dash, gap, opacity } = OVERLAY_LOOK.guess;
    context.save();
    context.setLineDash([dash, gap]);
    context.globalAlpha = opacity;
    strokeInside(context, box, corner, line, hex(FAMILY_COLOURS.thing));
    context.restore();
    return;
  }
  const { width, opacity } = OVERLAY_LOOK.halo;
  strokeInside(context, grown(box, width), corner + width, width, `rgb(0 0 0 / ${opacity})`);
  strokeInside(context, box, corner, OVERLAY_LOOK.line[size], colourOf(detection.class_name));
}

/** A line whose outer edge is the rectangle's. */
function strokeInside(
  context: CanvasRenderingContext2D,
  rect: Rect,
  corner: number,
  line: number,
  colour: string,
): void {
  const { x, y, width, height } = grown(rect, -line / 2);
  context.beginPath();
  context.roundRect(x, y, Math.max(0, width), Math.max(0, height), Math.max(0, corner - line / 2));
  context.strokeStyle = colour;
  context.lineWidth = line;
  context.stroke();
}

function drawLabels(
  context: CanvasRenderingContext2D,
  found: readonly Found[],
  timestamp: number | undefined,
  picture: Rect,
  size: Size,
  pointer: Point | undefined,
): void {
  const { label } = OVERLAY_LOOK;
  const pointed = pointer && objectAt(found, pointer)?.detection;
  const boxOf = new Map(found.map(({ detection, box }) => [detection, box]));
  const detections = found.map(({ detection }) => detection);
  context.font = `500 ${label.text}px "Inter Variable", system-ui, sans-serif`;
  context.textBaseline = 'middle';
  const requests = labelledObjects(detections, timestamp, pointed)
    .map((detection) => {
      const text = labelText(detection);
      const labelWidth = 2 * label.padding + label.dot + label.gap + context.measureText(text).width;
      return { detection, text, labelWidth, box: boxOf.get(detection)! };
    })
    .filter(({ detection, labelWidth }) => {
      const share = detection === pointed ? label.maxPointedShare : label.maxShare;
      return labelWidth <= share * picture.width;
    });
  const labelHeight = label.height[size];
  const boxes = found.map(({ box }) => box);
  const places = layoutLabels(requests, { bounds: picture, boxes, labelHeight, gap: label.gap });
  for (const [i, { detection, text, labelWidth }] of requests.entries()) {
    const place = places[i];
    if (!place) continue;
    const { x, y } = place;
    context.beginPath();
    context.roundRect(x, y, labelWidth, labelHeight, labelHeight / 2);
    context.fillStyle = hex(label.glass) + Math.round(255 * label.glassOpacity).toString(16);
    context.fill();
    context.beginPath();
    context.arc(x + label.padding + label.dot / 2, y + labelHeight / 2, label.dot / 2, 0, 2 * Math.PI);
    context.fillStyle = colourOf(detection.class_name);
    context.fill();
    context.fillStyle = '#ffffff';
    context.fillText(text, x + label.padding + label.dot + label.gap, y + labelHeight / 2 + 0.5);
  }
}

/** The smallest box around a point, so that an object within another can be pointed at too. */
function objectAt(found: readonly Found[], { x, y }: Point): Found | undefined {
  let smallest: Found | undefined;
  for (const one of found) {
    const { box } = one;
    const isInside = x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
    if (isInside && (!smallest || areaOf(box) < areaOf(smallest.box))) smallest = one;
  }
  return smallest;
}

function areaOf({ width, height }: Rect): number {
  return width * height;
}

function grown({ x, y, width, height }: Rect, by: number): Rect {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

function hex(rgb: number): string {
  return `#${rgb.toString(16).padStart(6, '0')}`;
}
