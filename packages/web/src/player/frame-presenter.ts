import { t } from '../strings/index.js';
import {
  type BoxedFrame,
  drawObjects,
  labelText,
  nextObject,
  type OverlaySettings,
  type OverlayView,
  regionScene,
} from './overlay.js';
import { RegionLayer } from './region-layer.js';
import type { VideoPicture } from './video/video-source.js';
import { NO_ZOOM, type Zoom } from './zoom.js';

/** How long a frame took on this page, ms. */
export interface DrawTimes {
  decodeMs: number;
  /** From decoded to drawn, including the wait for the screen's refresh. */
  drawMs: number;
}

/** A JPEG that was drawn, with its own size in pixels. */
export interface DrawnJpeg extends DrawTimes {
  width: number;
  height: number;
}

/** A picture that can be drawn. */
export type Drawable = ImageBitmap | VideoPicture;

/** Another place that shows the picture too. It is valid until the mirror returns. */
export type Mirror = (bitmap: Drawable, frame: BoxedFrame | undefined, settings: OverlaySettings) => void;

/** Browsers on phones refuse larger canvases, so larger pictures are scaled down. */
const MAX_SIDE_PX = 4096;

interface Decoded {
  bitmap: ImageBitmap;
  frame: BoxedFrame | undefined;
  /** @param drawn false: a newer frame replaced it */
  finish: (drawn: boolean) => void;
}

/**
 * Puts frames on canvases: the picture at its own size (CSS scales it), and the boxes above it at the screen's resolution. Both change in
 * the same animation frame, so boxes never appear over another frame's picture. Zones and lines are on a third one between them, which
 * changes only when they do. JPEGs are decoded off the main thread; at each screen refresh the newest decoded one is drawn. Every bitmap
 * is closed.
 */
export class FramePresenter {
  readonly #picture: CanvasRenderingContext2D;
  readonly #overlay: CanvasRenderingContext2D;
  readonly #regions: CanvasRenderingContext2D;
  readonly #regionLayer = new RegionLayer();
  #waiting: Decoded | undefined;
  #request = 0;
  #order = 0;
  #newest = 0;
  #last: BoxedFrame | undefined;
  #settings: OverlaySettings;
  #mirror: Mirror | undefined;
  #viewWidth = 0;
  #viewHeight = 0;
  #pointer: OverlayView['pointer'];
  #zoom = NO_ZOOM;
  #disposed = false;

  constructor(
    { picture, boxes, regions }: Record<'picture' | 'boxes' | 'regions', HTMLCanvasElement>,
    settings: OverlaySettings,
  ) {
    this.#picture = contextOf(picture, { alpha: false });
    this.#overlay = contextOf(boxes, { alpha: true });
    this.#regions = contextOf(regions, { alpha: true });
    this.#settings = settings;
  }

  /**
   * Decodes and draws. @param frame its objects; undefined: no boxes
   * @returns when it was drawn; undefined when a newer frame replaced it. @throws DOMException when the JPEG is broken
   */
  async present(jpeg: Uint8Array<ArrayBuffer>, frame?: BoxedFrame): Promise<DrawnJpeg | undefined> {
    const order = ++this.#order;
    const startedAt = performance.now();
    const bitmap = await createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' }));
    const decodedAt = performance.now();
    const { width, height } = bitmap;
    if (this.#disposed || order < this.#newest) {
      bitmap.close();
      return undefined;
    }
    this.#newest = order;
    this.#discardWaiting();
    const drawn = await new Promise<boolean>((finish) => {
      this.#waiting = { frame, bitmap, finish };
      // A hidden page has no refreshes to wait for. Its pictures are seen in a mirror.
      if (document.hidden) this.#drawWaiting();
      else if (this.#request === 0) this.#request = requestAnimationFrame(() => this.#drawWaiting());
    });
    if (!drawn) return undefined;
    return { decodeMs: decodedAt - startedAt, drawMs: performance.now() - decodedAt, width, height };
  }

  /** Draws at once. @param bitmap remains the caller's; nothing happens if it was closed */
  show(bitmap: Drawable, frame: BoxedFrame | undefined): void {
    if (bitmap.width === 0) return;
    const { canvas } = this.#picture;
    const scale = Math.min(1, MAX_SIDE_PX / Math.max(bitmap.width, bitmap.height));
    const width = Math.round(bitmap.width * scale);
    const height = Math.round(bitmap.height * scale);
    // Setting a canvas's size clears it, so do it only on a change: then pictures of another quality leave no gap.
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    this.#picture.drawImage(bitmap, 0, 0, width, height);
    this.#mirror?.(bitmap, frame, this.#settings);
    this.#last = frame;
    this.#redrawOverlay();
  }

  /** Other boxes for the picture that is on the screen. */
  showBoxes(frame: BoxedFrame): void {
    this.#last = frame;
    this.#redrawOverlay();
  }

  /** Redraws the last frame's boxes. */
  setSettings(settings: OverlaySettings): void {
    this.#settings = settings;
    this.#redrawOverlay();
  }

  /** Also draws every frame there; undefined ends that. */
  setMirror(mirror: Mirror | undefined): void {
    this.#mirror = mirror;
  }

  /** @param width of the view, CSS pixels */
  resize(width: number, height: number): void {
    this.#viewWidth = width;
    this.#viewHeight = height;
    this.#redrawOverlay();
  }

  get shown(): { zoom: Zoom; view: { width: number; height: number } } {
    return { zoom: this.#zoom, view: { width: this.#viewWidth, height: this.#viewHeight } };
  }

  /** Shows a part of the picture; lines and labels keep their size. */
  setZoom(zoom: Zoom): void {
    this.#zoom = zoom;
    const { style } = this.#picture.canvas;
    style.transformOrigin = '0 0';
    style.transform = zoom.scale === 1 ? '' : `translate(${zoom.x}px, ${zoom.y}px) scale(${zoom.scale})`;
    this.#redrawOverlay();
  }

  /** Labels the object at that position. @param pointer CSS pixels of the view; undefined: nowhere */
  setPointer(pointer: OverlayView['pointer']): void {
    this.#pointer = pointer;
    this.#redrawOverlay();
  }

  /** Labels the object beside the one labelled by the last step, from left to right. @returns its label; undefined if there is none */
  stepPointer(step: 1 | -1): string | undefined {
    const frame = this.#last;
    const last = typeof this.#pointer === 'number' ? this.#pointer : undefined;
    const next = frame && nextObject(frame, last, step);
    this.setPointer(next?.track_id);
    return next && labelText(next, frame.timestamp);
  }

  /** Keeps the picture, releases everything else. */
  dispose(): void {
    this.#disposed = true;
    cancelAnimationFrame(this.#request);
    this.#discardWaiting();
  }

  #drawWaiting(): void {
    cancelAnimationFrame(this.#request);
    this.#request = 0;
    const waiting = this.#waiting;
    if (!waiting) return;
    this.#waiting = undefined;
    this.show(waiting.bitmap, waiting.frame);
    waiting.bitmap.close();
    waiting.finish(true);
  }

  #redrawOverlay(): void {
    if (!this.#last || this.#viewWidth === 0) return;
    const pixelRatio = window.devicePixelRatio || 1;
    const view = {
      width: this.#viewWidth,
      height: this.#viewHeight,
      pixelRatio,
      pointer: this.#pointer,
      zoom: this.#zoom,
    };
    if (this.#regionLayer.update(this.#regions, regionScene(this.#last, this.#settings, view))) {
      clear(this.#regions, view);
      this.#regionLayer.paint(this.#regions);
    }
    clear(this.#overlay, view);
    drawObjects(this.#overlay, this.#last, this.#settings, view, this.#regionLayer.names);
  }

  #discardWaiting(): void {
    this.#waiting?.bitmap.close();
    this.#waiting?.finish(false);
    this.#waiting = undefined;
  }
}

/** An empty canvas at the screen's resolution, with CSS pixels as its unit. */
function clear(context: CanvasRenderingContext2D, view: OverlayView): void {
  const { canvas } = context;
  const width = Math.round(view.width * view.pixelRatio);
  const height = Math.round(view.height * view.pixelRatio);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  context.setTransform(view.pixelRatio, 0, 0, view.pixelRatio, 0, 0);
}

/** @throws Error when the browser does not support the 2D canvas */
export function contextOf(
  canvas: HTMLCanvasElement,
  settings?: CanvasRenderingContext2DSettings,
): CanvasRenderingContext2D {
  const context = canvas.getContext('2d', settings);
  if (!context) throw new Error(t.browserHasNoCanvas);
  return context;
}
