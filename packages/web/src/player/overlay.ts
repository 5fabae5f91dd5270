import { type Box, type Detection, movedBox, type ViewedFrameMetadata } from '@lookout/protocol';
import { classColour, LABEL_TEXT } from './class-colour.js';
import { containRect, type Rect } from './fit.js';
import { layoutLabels } from './label-layout.js';

/** What is drawn over the picture. */
export interface OverlaySettings {
  boxes: boolean;
  labels: boolean;
  confidence: boolean;
  trackIds: boolean;
}

export const DEFAULT_OVERLAY: OverlaySettings = { boxes: true, labels: true, confidence: true, trackIds: true };
/** For pictures that bring their boxes with them. */
export const NO_OVERLAY: OverlaySettings = { boxes: false, labels: false, confidence: false, trackIds: false };

/** What is drawn over a frame belongs to it. */
export type BoxedFrame = Pick<ViewedFrameMetadata, 'width' | 'height' | 'detections' | 'detections_age_ms'>;

/**
 * Where a detection is in this frame, pixels of the frame. Boxes that are older than the picture (`every=all`) are moved forward by
 * their velocity.
 */
export function boxInFrame(detection: Detection, meta: BoxedFrame): Box {
  const age = meta.detections_age_ms ?? 0;
  if (age <= 0 || !detection.velocity) return detection.bbox;
  return movedBox(detection.bbox, detection.velocity, age, meta.width, meta.height);
}

/** `person 87 % #12`, as far as asked for; empty for nothing. */
export function labelText(detection: Detection, settings: OverlaySettings): string {
  const parts: string[] = [];
  if (settings.labels) parts.push(detection.class_name);
  if (settings.confidence) parts.push(`${Math.round(detection.confidence * 100)} %`);
  if (settings.trackIds && detection.track_id !== undefined) parts.push(`#${detection.track_id}`);
  return parts.join(' ');
}

/**
 * Draws the boxes of one frame over what is there, in CSS pixels of a view of `viewWidth`×`viewHeight`.
 * @param pixelRatio pixels of the canvas per CSS pixel
 */
export function drawOverlay(
  context: CanvasRenderingContext2D,
  meta: BoxedFrame,
  settings: OverlaySettings,
  viewWidth: number,
  viewHeight: number,
  pixelRatio: number,
): void {
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  if (meta.detections.length === 0) return;
  const picture = containRect(meta.width, meta.height, viewWidth, viewHeight);
  const scale = picture.width / meta.width;
  const found = meta.detections.map((detection) => {
    const [x1, y1, x2, y2] = boxInFrame(detection, meta);
    const box: Rect = {
      x: picture.x + x1 * scale,
      y: picture.y + y1 * scale,
      width: (x2 - x1) * scale,
      height: (y2 - y1) * scale,
    };
    return { detection, box, colour: classColour(detection.class_id) };
  });
  if (settings.boxes) for (const { box, colour } of found) drawBox(context, box, colour);
  drawLabels(context, found, settings, picture);
}

interface Found {
  detection: Detection;
  box: Rect;
  colour: string;
}

const FONT = '500 12px system-ui, sans-serif';
const LABEL_HEIGHT = 17;
const LABEL_PADDING = 4;

function drawBox(context: CanvasRenderingContext2D, { x, y, width, height }: Rect, colour: string): void {
  // A dark line beneath keeps the box visible where the picture has its colour.
  context.strokeStyle = 'rgb(0 0 0 / 0.55)';
  context.lineWidth = 4;
  context.strokeRect(x, y, width, height);
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.strokeRect(x, y, width, height);
}

function drawLabels(context: CanvasRenderingContext2D, found: Found[], settings: OverlaySettings, picture: Rect): void {
  context.font = FONT;
  context.textBaseline = 'middle';
  const labelled = found
    .map((item) => ({ ...item, text: labelText(item.detection, settings) }))
    .filter(({ text }) => text !== '')
    .sort((a, b) => b.detection.confidence - a.detection.confidence)
    .map((item) => ({ ...item, labelWidth: context.measureText(item.text).width + 2 * LABEL_PADDING }));
  const places = layoutLabels(labelled, LABEL_HEIGHT, picture);
  for (const [i, { text, colour, labelWidth }] of labelled.entries()) {
    const { x, y } = places[i]!;
    context.fillStyle = colour;
    context.fillRect(x - 1, y, labelWidth, LABEL_HEIGHT);
    context.fillStyle = LABEL_TEXT;
    context.fillText(text, x - 1 + LABEL_PADDING, y + LABEL_HEIGHT / 2 + 0.5);
  }
}
