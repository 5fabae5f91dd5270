import type { Rect } from '@lookout/protocol';

/** CSS pixels of a view. */
export interface ViewPoint {
  x: number;
  y: number;
}

/** CSS pixels. */
export interface ViewSize {
  width: number;
  height: number;
}

/** How a view is enlarged: what was at `p` without it is at `p × scale + (x, y)`, CSS pixels from the view's upper left corner. */
export interface Zoom {
  /** 1, the whole view, to 8. */
  scale: number;
  x: number;
  y: number;
}

export const NO_ZOOM: Zoom = { scale: 1, x: 0, y: 0 };
export const MAX_ZOOM = 8;

/** Enlarges around a point, which stays where it is unless an edge would come into the view. @param factor below 1: smaller */
export function zoomedAt(zoom: Zoom, factor: number, at: ViewPoint, view: ViewSize): Zoom {
  const scale = Math.min(MAX_ZOOM, Math.max(1, zoom.scale * factor));
  const grown = scale / zoom.scale;
  return kept({ scale, x: at.x - (at.x - zoom.x) * grown, y: at.y - (at.y - zoom.y) * grown }, view);
}

/** Moves what is seen, not beyond its edges. @param by CSS pixels */
export function panned(zoom: Zoom, by: ViewPoint, view: ViewSize): Zoom {
  return kept({ ...zoom, x: zoom.x + by.x, y: zoom.y + by.y }, view);
}

/** What two fingers make of it that move from one pair of places to another. */
export function pinched(
  zoom: Zoom,
  before: readonly [ViewPoint, ViewPoint],
  after: readonly [ViewPoint, ViewPoint],
  view: ViewSize,
): Zoom {
  const [from, to] = [middle(before), middle(after)];
  const factor = distance(after) / Math.max(1, distance(before));
  return zoomedAt(panned(zoom, { x: to.x - from.x, y: to.y - from.y }, view), factor, to, view);
}

/** The same part of a view that has another size now. */
export function resized({ scale, x, y }: Zoom, from: ViewSize, to: ViewSize): Zoom {
  if (from.width === 0 || from.height === 0) return NO_ZOOM;
  return kept({ scale, x: (x * to.width) / from.width, y: (y * to.height) / from.height }, to);
}

/** Where a rectangle of the view is once it is enlarged. */
export function zoomedRect(rect: Rect, { scale, x, y }: Zoom): Rect {
  return { x: rect.x * scale + x, y: rect.y * scale + y, width: rect.width * scale, height: rect.height * scale };
}

/** The part of a rectangle that is in the view; empty where none is. */
export function visiblePart({ x, y, width, height }: Rect, view: ViewSize): Rect {
  const left = Math.max(0, x);
  const top = Math.max(0, y);
  const right = Math.min(view.width, x + width);
  const bottom = Math.min(view.height, y + height);
  return { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

export interface WheelTurn {
  /** Downwards is positive. */
  deltaY: number;
  /** Also what browsers report of two fingers on a touchpad. */
  ctrlKey: boolean;
  isZoomed: boolean;
  /** The page cannot be scrolled further up. */
  isAtTop: boolean;
  /** Since a turn last scrolled the page, ms. */
  sinceScrollMs: number;
}

/** A scroll that goes on after this long is a new one. */
const SAME_SCROLL_MS = 250;

/** Whether a turn of the wheel over a picture zooms. Whoever scrolls the page past the picture goes on scrolling. */
export function wheelZooms({ deltaY, ctrlKey, isZoomed, isAtTop, sinceScrollMs }: WheelTurn): boolean {
  if (ctrlKey || isZoomed) return true;
  return deltaY < 0 && isAtTop && sinceScrollMs > SAME_SCROLL_MS;
}

function kept({ scale, x, y }: Zoom, { width, height }: ViewSize): Zoom {
  // `+ 0` makes zero of minus zero.
  const within = (value: number, size: number) => Math.min(0, Math.max(size * (1 - scale), value)) + 0;
  return { scale, x: within(x, width), y: within(y, height) };
}

function middle([a, b]: readonly [ViewPoint, ViewPoint]): ViewPoint {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function distance([a, b]: readonly [ViewPoint, ViewPoint]): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
