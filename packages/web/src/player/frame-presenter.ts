import type { WatchedFrame } from '@lookout/client';
import type { ViewedFrameMetadata } from '@lookout/protocol';
import { drawOverlay, type OverlaySettings, type Point } from './overlay.js';

/** What came of one frame on this screen. */
export interface DrawnFrame {
  meta: ViewedFrameMetadata;
  /** Capture to screen, ms. */
  ageMs: number;
  networkMs: number;
  decodeMs: number;
  /** From decoded to drawn, the wait for the screen's refresh included. */
  drawMs: number;
  /** As it came. Kept until the next one is drawn. */
  jpeg: Uint8Array;
}

/** Somewhere else where the picture is shown too. The bitmap is good until it returns. */
export type Mirror = (bitmap: ImageBitmap, meta: ViewedFrameMetadata, settings: OverlaySettings) => void;

interface Decoded {
  order: number;
  frame: WatchedFrame;
  bitmap: ImageBitmap;
  decodeMs: number;
  decodedAt: number;
  finish: () => void;
}

/**
 * Puts frames on a pair of canvases: the picture at its own size (CSS scales it), the boxes above it at the screen's resolution.
 * Both change in the same animation frame, so boxes never lie on another frame's picture. JPEGs are decoded off the main thread; of
 * what is decoded when the screen refreshes the newest is drawn; every bitmap is closed.
 */
export class FramePresenter {
  readonly #picture: CanvasRenderingContext2D;
  readonly #overlay: CanvasRenderingContext2D;
  #waiting: Decoded | undefined;
  #request = 0;
  #order = 0;
  #newest = 0;
  #lastMeta: ViewedFrameMetadata | undefined;
  #settings: OverlaySettings;
  #mirror: Mirror | undefined;
  #viewWidth = 0;
  #viewHeight = 0;
  #pointer: Point | undefined;
  #disposed = false;

  constructor(
    private readonly pictureCanvas: HTMLCanvasElement,
    private readonly overlayCanvas: HTMLCanvasElement,
    settings: OverlaySettings,
    private readonly onDrawn: (drawn: DrawnFrame) => void,
  ) {
    this.#picture = contextOf(pictureCanvas, { alpha: false });
    this.#overlay = contextOf(overlayCanvas, { alpha: true });
    this.#settings = settings;
  }

  /**
   * Decodes and draws. @returns when it was drawn, or when a newer one took its place.
   * @throws DOMException when the JPEG is broken
   */
  async present(frame: WatchedFrame): Promise<void> {
    const order = ++this.#order;
    const startedAt = performance.now();
    const bitmap = await createImageBitmap(new Blob([frame.jpeg], { type: 'image/jpeg' }));
    const decodedAt = performance.now();
    if (this.#disposed || order < this.#newest) {
      bitmap.close();
      return;
    }
    this.#newest = order;
    this.#discardWaiting();
    await new Promise<void>((finish) => {
      this.#waiting = { order, frame, bitmap, decodeMs: decodedAt - startedAt, decodedAt, finish };
      // A hidden page has no refreshes to wait for. Whoever presents to one has a mirror that is seen.
      if (document.hidden) this.#draw();
      else if (this.#request === 0) this.#request = requestAnimationFrame(() => this.#draw());
    });
  }

  /** Draws the last frame's boxes anew. */
  setSettings(settings: OverlaySettings): void {
    this.#settings = settings;
    this.#redrawOverlay();
  }

  /** Draws every frame there as well; undefined ends that. */
  setMirror(mirror: Mirror | undefined): void {
    this.#mirror = mirror;
  }

  /** @param width of the view, CSS pixels */
  resize(width: number, height: number): void {
    this.#viewWidth = width;
    this.#viewHeight = height;
    this.#redrawOverlay();
  }

  /** The object there is labelled. @param pointer CSS pixels of the view; undefined: nowhere */
  setPointer(pointer: Point | undefined): void {
    this.#pointer = pointer;
    this.#redrawOverlay();
  }

  /** Keeps the picture, lets everything else go. */
  dispose(): void {
    this.#disposed = true;
    cancelAnimationFrame(this.#request);
    this.#discardWaiting();
  }

  #draw(): void {
    cancelAnimationFrame(this.#request);
    this.#request = 0;
    const waiting = this.#waiting;
    if (!waiting) return;
    this.#waiting = undefined;
    const { frame, bitmap } = waiting;
    const { pictureCanvas } = this;
    if (pictureCanvas.width !== bitmap.width || pictureCanvas.height !== bitmap.height) {
      pictureCanvas.width = bitmap.width;
      pictureCanvas.height = bitmap.height;
    }
    this.#picture.drawImage(bitmap, 0, 0);
    this.#mirror?.(bitmap, frame.meta, this.#settings);
    bitmap.close();
    this.#lastMeta = frame.meta;
    this.#redrawOverlay();
    const drawMs = performance.now() - waiting.decodedAt;
    waiting.finish();
    this.onDrawn({
      meta: frame.meta,
      ageMs: frame.ageMs(),
      networkMs: frame.networkMs,
      decodeMs: waiting.decodeMs,
      drawMs,
      jpeg: frame.jpeg,
    });
  }

  #redrawOverlay(): void {
    if (!this.#lastMeta || this.#viewWidth === 0) return;
    const pixelRatio = window.devicePixelRatio || 1;
    const width = Math.round(this.#viewWidth * pixelRatio);
    const height = Math.round(this.#viewHeight * pixelRatio);
    if (this.overlayCanvas.width !== width) this.overlayCanvas.width = width;
    if (this.overlayCanvas.height !== height) this.overlayCanvas.height = height;
    this.#overlay.setTransform(1, 0, 0, 1, 0, 0);
    this.#overlay.clearRect(0, 0, width, height);
    drawOverlay(this.#overlay, this.#lastMeta, this.#settings, {
      width: this.#viewWidth,
      height: this.#viewHeight,
      pixelRatio,
      pointer: this.#pointer,
    });
  }

  #discardWaiting(): void {
    this.#waiting?.bitmap.close();
    this.#waiting?.finish();
    this.#waiting = undefined;
  }
}

function contextOf(canvas: HTMLCanvasElement, settings: CanvasRenderingContext2DSettings): CanvasRenderingContext2D {
  const context = canvas.getContext('2d', settings);
  if (!context) throw new Error('This browser gives no 2D canvas');
  return context;
}
