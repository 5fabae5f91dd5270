import type { ViewedFrameMetadata } from '@lookout/protocol';
import { drawOverlay, type OverlaySettings } from './overlay.js';
import { openVideoTrack, type VideoTrackWriter } from './video-track.js';

/** Labels are made for a picture about as wide as the small window usually is; CSS pixels. */
const LABEL_WIDTH = 480;

/**
 * A live picture in a small window over everything else, boxes included. What is drawn goes into a video of its own, as browsers let
 * only videos out of the page. Goes on while the page is hidden, as long as somebody draws.
 */
export class PictureInPicture {
  readonly #canvas = document.createElement('canvas');
  readonly #context: CanvasRenderingContext2D;
  readonly #video = document.createElement('video');
  readonly #writer: VideoTrackWriter;
  #closed = false;

  /** Whether this browser has such windows, and takes pictures of ours for them. */
  static get possible(): boolean {
    return document.pictureInPictureEnabled === true && 'captureStream' in HTMLCanvasElement.prototype;
  }

  private constructor(private readonly onClosed: () => void) {
    const context = this.#canvas.getContext('2d', { alpha: false });
    if (!context) throw new Error('This browser gives no 2D canvas');
    this.#context = context;
    this.#writer = openVideoTrack(this.#canvas);
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#video.srcObject = new MediaStream([this.#writer.track]);
    this.#video.addEventListener('leavepictureinpicture', () => this.close());
  }

  /**
   * Opens the window. To be called where a click or a key is being handled: browsers ask for that.
   * @param first what it shows until something is drawn
   * @param onClosed called once, also when its owner closes the window
   * @throws DOMException when the browser refuses
   */
  static async open(first: HTMLCanvasElement, onClosed: () => void): Promise<PictureInPicture> {
    const opened = new PictureInPicture(onClosed);
    opened.#show(first, first.width, first.height);
    // A video forgets what was written before it looked, and a camera that is away sends nothing more.
    const again = setInterval(() => opened.#writer.write(), 50);
    try {
      const ready = new Promise((resolve) => opened.#video.addEventListener('loadedmetadata', resolve, { once: true }));
      await opened.#video.play();
      await ready;
      await opened.#video.requestPictureInPicture();
      return opened;
    } catch (error) {
      opened.close();
      throw error;
    } finally {
      clearInterval(again);
    }
  }

  /** Shows one frame. @param bitmap stays the caller's */
  draw(bitmap: ImageBitmap, meta: ViewedFrameMetadata, settings: OverlaySettings): void {
    if (this.#closed) return;
    this.#show(bitmap, bitmap.width, bitmap.height, () => {
      const scale = Math.max(1, bitmap.width / LABEL_WIDTH);
      const view = { width: bitmap.width / scale, height: bitmap.height / scale, pixelRatio: scale };
      drawOverlay(this.#context, meta, settings, view);
    });
  }

  /** Closes the window and lets everything go. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // Refused where the window is closing already.
    if (document.pictureInPictureElement === this.#video) void document.exitPictureInPicture().catch(() => {});
    this.#writer.close();
    this.#video.srcObject = null;
    this.onClosed();
  }

  #show(picture: CanvasImageSource, width: number, height: number, drawOver?: () => void): void {
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
    }
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.drawImage(picture, 0, 0);
    drawOver?.();
    this.#writer.write();
  }
}
