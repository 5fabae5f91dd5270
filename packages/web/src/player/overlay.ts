import type { Box, CameraRegions, Detection, Rect, ViewedFrameMetadata } from '@lookout/protocol';
import { labelledObjects, layoutLabels, movedBox, OVERLAY_LOOK, uncovered } from '@lookout/protocol/core';
import { formatDuration } from '../lib/format.js';
import { t } from '../strings/index.js';
import { ALARM, colourOf, drawBox, drawTag, measureTag, type Size } from './overlay-parts.js';
import { RegionLayer, type RegionName, type RegionScene } from './region-layer.js';
import { NO_ZOOM, type ViewPoint, visiblePart, type Zoom, zoomedRect } from './zoom.js';

/** What is drawn over the picture. */
export interface OverlaySettings {
  boxes: boolean;
  /** Labels of new objects, and of the one pointed at. */
  labels: boolean;
  /** Zones and lines below the boxes. */
  regions?: Pick<CameraRegions, 'zones' | 'lines'> | undefined;
  /** What warns at the moment. */
  alarm?: Alarm | undefined;
}

/** The events of a camera that are on. */
export interface Alarm {
  /** Of the objects that set them off. */
  trackIds: ReadonlySet<number>;
  /** Of the zones and lines they are about. */
  regionNames: ReadonlySet<string>;
}

export const DEFAULT_OVERLAY: OverlaySettings = { boxes: true, labels: true };
/** For pictures that already contain their boxes. */
export const NO_OVERLAY: OverlaySettings = { boxes: false, labels: false };

/** The frame that an overlay belongs to. Without a `timestamp` all objects are new. */
export type BoxedFrame = Pick<ViewedFrameMetadata, 'width' | 'height' | 'detections' | 'detections_age_ms'> &
  Partial<Pick<ViewedFrameMetadata, 'timestamp'>>;

export interface OverlayView {
  /** CSS pixels. */
  width: number;
  height: number;
  /** Pixels of the canvas per CSS pixel. */
  pixelRatio: number;
  /** Where the user taps or points, or the track id of the object that was chosen by keys. */
  pointer?: ViewPoint | number | undefined;
  /** Default: the whole picture. */
  zoom?: Zoom;
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

/** Where the picture is in a view, which may show a part of it. */
function pictureRect({ width, height }: Pick<BoxedFrame, 'width' | 'height'>, view: OverlayView): Rect {
  return zoomedRect(containRect(width, height, view.width, view.height), view.zoom ?? NO_ZOOM);
}

const SECOND_MS = 1000;

/**
 * `Person`, `Person, here 12 s` for one that is pointed at, or `Perhaps a person` for a guess. No score and no number: the diagnostics show
 * those.
 * @param timestampMs of the frame, if the label says how long it has been there
 */
export function labelText({ class_name, confirmed, since }: Detection, timestampMs?: number): string {
  if (confirmed === false) return t.player.perhaps(class_name);
  const name = t.events.object(class_name);
  const heldS = timestampMs === undefined || since === undefined ? 0 : (timestampMs - since) / SECOND_MS;
  return heldS >= 1 ? t.player.here(name, formatDuration(heldS)) : name;
}

/**
 * The object beside another, from left to right, and from the last again to the first.
 * @param trackId of the object; absent: the first, or the last for a step back
 */
export function nextObject(
  { detections }: Pick<BoxedFrame, 'detections'>,
  trackId: number | undefined,
  step: 1 | -1,
): Detection | undefined {
  const tracked = detections.filter(({ track_id }) => track_id !== undefined);
  const sorted = tracked.sort((a, b) => a.bbox[0] + a.bbox[2] - b.bbox[0] - b.bbox[2]);
  const at = sorted.findIndex(({ track_id }) => track_id === trackId);
  if (at < 0) return sorted.at(step === 1 ? 0 : -1);
  return sorted[(at + step + sorted.length) % sorted.length];
}

/**
 * Draws what is known of one frame, as `OVERLAY_LOOK` defines it. Draws nothing in views that are too small.
 * @param layer of this view, kept from frame to frame
 */
export function drawOverlay(
  context: CanvasRenderingContext2D,
  meta: BoxedFrame,
  settings: OverlaySettings,
  view: OverlayView,
  layer: RegionLayer = new RegionLayer(),
): void {
  context.setTransform(view.pixelRatio, 0, 0, view.pixelRatio, 0, 0);
  layer.update(context, regionScene(meta, settings, view));
  layer.paint(context);
  drawObjects(context, meta, settings, view, layer.names);
}

/** What of an overlay stays the same while frames have the same size. */
export function regionScene(
  meta: Pick<BoxedFrame, 'width' | 'height'>,
  { regions, alarm }: OverlaySettings,
  view: OverlayView,
): RegionScene {
  const picture = pictureRect(meta, view);
  return {
    regions: view.width < OVERLAY_LOOK.minViewWidth ? undefined : regions,
    firing: alarm?.regionNames,
    picture,
    visible: visiblePart(picture, view),
    viewWidth: view.width,
    pixelRatio: view.pixelRatio,
    labelHeight: OVERLAY_LOOK.label.height[sizeOf(view)],
  };
}

function sizeOf({ width }: OverlayView): Size {
  return width < OVERLAY_LOOK.narrowBelow ? 'narrow' : 'regular';
}

/** Draws the boxes and labels of one frame, and names of zones and lines that do not cover them. */
export function drawObjects(
  context: CanvasRenderingContext2D,
  meta: BoxedFrame,
  { boxes, labels, alarm }: OverlaySettings,
  view: OverlayView,
  names: readonly RegionName[],
): void {
  const { pixelRatio, pointer } = view;
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  if (view.width < OVERLAY_LOOK.minViewWidth) return;
  const picture = pictureRect(meta, view);
  const visible = visiblePart(picture, view);
  const scale = picture.width / meta.width;
  const found = meta.detections.map((detection): Found => {
    const [x1, y1, x2, y2] = boxInFrame(detection, meta);
    const box = {
      x: picture.x + x1 * scale,
      y: picture.y + y1 * scale,
      width: (x2 - x1) * scale,
      height: (y2 - y1) * scale,
    };
    const isAlarmed = detection.track_id !== undefined && alarm?.trackIds.has(detection.track_id) === true;
    return { detection, box, isAlarmed };
  });
  const size = sizeOf(view);
  // The first is the most certain and comes on top.
  if (boxes) for (const one of found.toReversed()) drawBox(context, one.detection, one.box, size, one.isAlarmed);
  const labelled = labels ? drawLabels(context, { visible, found, timestampMs: meta.timestamp, size, pointer }) : [];
  const passing = { boxes: found.map(({ box }) => box), labels: labelled };
  for (const { text, colour, rect } of uncovered(names, passing)) drawTag(context, text, colour, rect);
}

interface Found {
  detection: Detection;
  /** CSS pixels of the view. */
  box: Rect;
  isAlarmed: boolean;
}

/** One frame as laid out in a view. */
interface Scene {
  /** The part of the picture that can be seen. */
  visible: Rect;
  found: readonly Found[];
  timestampMs: number | undefined;
  size: Size;
  pointer: OverlayView['pointer'];
}

/** @returns where labels are now */
function drawLabels(context: CanvasRenderingContext2D, scene: Scene): Rect[] {
  const { visible, size, timestampMs, pointer } = scene;
  // An object that is out of sight has no label at the edge.
  const found = scene.found.filter(({ box }) => overlaps(box, visible));
  const { label } = OVERLAY_LOOK;
  const pointed = pointedAt(found, pointer)?.detection;
  const byDetection = new Map(found.map((one) => [one.detection, one]));
  const detections = found.map(({ detection }) => detection);
  const requests = labelledObjects(detections, timestampMs, pointed).flatMap((detection) => {
    const one = byDetection.get(detection);
    if (!one) return [];
    const text = labelText(detection, detection === pointed ? timestampMs : undefined);
    const labelWidth = measureTag(context, text);
    const share = detection === pointed ? label.maxPointedShare : label.maxShare;
    if (labelWidth > share * visible.width) return [];
    return [{ text, labelWidth, box: one.box, colour: one.isAlarmed ? ALARM : colourOf(detection.class_name) }];
  });
  const boxes = found.map(({ box }) => box);
  const height = label.height[size];
  const places = layoutLabels(requests, { bounds: visible, boxes, labelHeight: height, gap: label.gap });
  return requests.flatMap(({ text, labelWidth, colour }, i) => {
    const place = places[i];
    if (!place) return [];
    const rect = { ...place, width: labelWidth, height };
    drawTag(context, text, colour, rect);
    return [rect];
  });
}

function pointedAt(found: readonly Found[], pointer: OverlayView['pointer']): Found | undefined {
  if (typeof pointer === 'number') return found.find(({ detection }) => detection.track_id === pointer);
  return pointer && objectAt(found, pointer);
}

/** The smallest box around a point, so that an object within another can be pointed at too. */
function objectAt(found: readonly Found[], { x, y }: ViewPoint): Found | undefined {
  let smallest: Found | undefined;
  for (const one of found) {
    const { box } = one;
    const isInside = x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
    if (isInside && (!smallest || areaOf(box) < areaOf(smallest.box))) smallest = one;
  }
  return smallest;
}

function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function areaOf({ width, height }: Rect): number {
  return width * height;
}
