import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import type { FramePresenter } from './frame-presenter.js';
import { NO_ZOOM, panned, pinched, resized, type ViewPoint, wheelZooms, type Zoom, zoomedAt } from './zoom.js';

/** By one press of a key or button. */
const STEP = 1.5;
/** By a double tap. */
const TAP_FACTOR = 2.5;
const WHEEL_PER_PX = 0.002;
/** A turn of a wheel with steps is not worth more. */
const MAX_WHEEL_PX = 200;
const LINE_PX = 30;
/** Two taps so close in time and place are one double tap. */
const DOUBLE_TAP_MS = 300;
const DOUBLE_TAP_PX = 30;
/** Less is no drag. */
const STILL_PX = 8;
/** Of the view, by one press of an arrow. */
const KEY_PAN_SHARE = 0.1;

const ARROWS: Readonly<Record<string, ViewPoint>> = {
  ArrowLeft: { x: 1, y: 0 },
  ArrowRight: { x: -1, y: 0 },
  ArrowUp: { x: 0, y: 1 },
  ArrowDown: { x: 0, y: -1 },
};

export interface ZoomControl {
  /** 1: the whole picture. */
  scale: number;
  /** Around the middle. */
  zoom: (direction: 'in' | 'out' | 'whole') => void;
}

/**
 * Enlarges a view by wheel, by two fingers and by double taps, and moves what is seen by dragging it, or by Shift and arrow keys.
 * @param enabled false: shows the whole picture
 */
export function useZoom(
  view: RefObject<HTMLElement | null>,
  presenter: RefObject<FramePresenter | undefined>,
  enabled: boolean,
): ZoomControl {
  const [scale, setScale] = useState(1);
  const gestures = useRef<ZoomGestures>(undefined);
  useEffect(() => {
    if (!enabled || !view.current) return;
    const current = new ZoomGestures(view.current, (zoom) => {
      presenter.current?.setZoom(zoom);
      setScale(zoom.scale);
    });
    gestures.current = current;
    return () => current.dispose();
  }, [view, presenter, enabled]);
  return useMemo(() => ({ scale, zoom: (direction) => gestures.current?.step(direction) }), [scale]);
}

/** The zoom of one view, and what fingers, mice and keys do to it. */
class ZoomGestures {
  #zoom = NO_ZOOM;
  /** Where fingers are, or the pressed mouse. */
  readonly #pointers = new Map<number, ViewPoint>();
  #pressedAt: ViewPoint | undefined;
  #tapped: (ViewPoint & { atMs: number }) | undefined;
  #scrolledMs = Number.NEGATIVE_INFINITY;
  #size: { width: number; height: number };
  readonly #ending = new AbortController();
  readonly #observer: ResizeObserver;

  constructor(
    private readonly view: HTMLElement,
    private readonly onZoom: (zoom: Zoom) => void,
  ) {
    this.#size = { width: view.clientWidth, height: view.clientHeight };
    const { signal } = this.#ending;
    view.addEventListener('wheel', (event) => this.#turn(event), { passive: false, signal });
    view.addEventListener('pointerdown', (event) => this.#press(event), { signal });
    view.addEventListener('pointermove', (event) => this.#move(event), { signal });
    for (const kind of ['pointerup', 'pointercancel'] as const)
      view.addEventListener(kind, (event) => this.#release(event), { signal });
    view.addEventListener('keydown', (event) => this.#key(event), { signal });
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(view);
    view.style.touchAction = 'pan-y';
  }

  dispose(): void {
    this.#ending.abort();
    this.#observer.disconnect();
    this.#set(NO_ZOOM);
    this.view.style.touchAction = '';
  }

  step(direction: 'in' | 'out' | 'whole'): void {
    const { width, height } = this.#size;
    const factor = direction === 'in' ? STEP : 1 / STEP;
    if (direction === 'whole') this.#set(NO_ZOOM);
    else this.#set(zoomedAt(this.#zoom, factor, { x: width / 2, y: height / 2 }, this.#size));
  }

  get #isZoomed(): boolean {
    return this.#zoom.scale > 1;
  }

  #set(zoom: Zoom): void {
    if (zoom.scale === this.#zoom.scale && zoom.x === this.#zoom.x && zoom.y === this.#zoom.y) return;
    this.#zoom = zoom;
    // One finger scrolls the page past the whole picture, and moves one that is enlarged.
    this.view.style.touchAction = this.#isZoomed ? 'none' : 'pan-y';
    this.view.style.cursor = this.#isZoomed ? 'grab' : '';
    this.onZoom(zoom);
  }

  #turn(event: WheelEvent): void {
    const { deltaY, ctrlKey, timeStamp } = event;
    const sinceScrollMs = timeStamp - this.#scrolledMs;
    const isAtTop = window.scrollY <= 0;
    if (!wheelZooms({ deltaY, ctrlKey, isZoomed: this.#isZoomed, isAtTop, sinceScrollMs })) {
      this.#scrolledMs = timeStamp;
      return;
    }
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_PX;
    // Touchpads report two fingers in small numbers.
    const px = Math.max(-MAX_WHEEL_PX, Math.min(MAX_WHEEL_PX, deltaY * unit * (ctrlKey ? 4 : 1)));
    this.#set(zoomedAt(this.#zoom, Math.exp(-px * WHEEL_PER_PX), this.#placeOf(event), this.#size));
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0) return;
    const at = this.#placeOf(event);
    this.#pointers.set(event.pointerId, at);
    this.#pressedAt = this.#pointers.size === 1 ? at : undefined;
    // A mouse that leaves the view goes on dragging.
    if (this.#isZoomed) this.view.setPointerCapture(event.pointerId);
  }

  #move(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const after = this.#placeOf(event);
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, after);
    if (other) this.#set(pinched(this.#zoom, [before, other], [after, other], this.#size));
    else if (this.#isZoomed)
      this.#set(panned(this.#zoom, { x: after.x - before.x, y: after.y - before.y }, this.#size));
  }

  #release(event: PointerEvent): void {
    if (!this.#pointers.delete(event.pointerId) || event.type === 'pointercancel') return;
    const at = this.#placeOf(event);
    const pressedAt = this.#pressedAt;
    this.#pressedAt = undefined;
    if (!pressedAt || distance(at, pressedAt) > STILL_PX) return;
    const last = this.#tapped;
    const isDouble = last && event.timeStamp - last.atMs < DOUBLE_TAP_MS && distance(at, last) < DOUBLE_TAP_PX;
    this.#tapped = isDouble ? undefined : { ...at, atMs: event.timeStamp };
    if (isDouble) this.#set(this.#isZoomed ? NO_ZOOM : zoomedAt(this.#zoom, TAP_FACTOR, at, this.#size));
  }

  #key(event: KeyboardEvent): void {
    const direction = ARROWS[event.key];
    if (!direction || !event.shiftKey || !this.#isZoomed) return;
    event.preventDefault();
    const { width, height } = this.#size;
    const by = { x: direction.x * width * KEY_PAN_SHARE, y: direction.y * height * KEY_PAN_SHARE };
    this.#set(panned(this.#zoom, by, this.#size));
  }

  #resize(): void {
    const size = { width: this.view.clientWidth, height: this.view.clientHeight };
    const zoom = resized(this.#zoom, this.#size, size);
    this.#size = size;
    this.#set(zoom);
  }

  #placeOf({ clientX, clientY }: MouseEvent): ViewPoint {
    const { left, top } = this.view.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }
}

function distance(a: ViewPoint, b: ViewPoint): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
