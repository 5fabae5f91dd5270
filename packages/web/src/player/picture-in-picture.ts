import { type RefObject, useEffect, useRef, useState } from 'react';
import { t } from '../strings/index.js';
import { contextOf, type Drawable } from './frame-presenter.js';
import type { LiveViewHandle } from './live-view.js';
import { type BoxedFrame, drawOverlay, type OverlaySettings } from './overlay.js';
import { RegionLayer } from './region-layer.js';

export interface PictureInPictureControl {
  active: boolean;
  possible: boolean;
  /** Opens or closes the small window. Rejects when the browser refuses. */
  toggle: () => Promise<void>;
}

/** The small window of one view. */
export function usePictureInPicture(view: RefObject<LiveViewHandle | null>): PictureInPictureControl {
  const opened = useRef<Promise<SmallWindow>>(undefined);
  const [active, setActive] = useState(false);
  useEffect(() => () => void closeWhenOpen(opened.current), []);
  const toggle = async () => {
    const current = view.current;
    if (opened.current || !current) return closeWhenOpen(opened.current);
    const forget = () => {
      opened.current = undefined;
      current.setMirror(undefined);
      setActive(false);
    };
    try {
      opened.current = SmallWindow.open(current.picture, forget);
      const window = await opened.current;
      current.setMirror((bitmap, frame, settings) => window.draw(bitmap, frame, settings));
      setActive(true);
    } catch (error) {
      forget();
      throw error;
    }
  };
  return { active, possible: SmallWindow.possible, toggle };
}

/** If the browser refuses to open a window, there is nothing to close. */
async function closeWhenOpen(opened: Promise<SmallWindow> | undefined): Promise<void> {
  const window = await opened?.catch(() => undefined);
  window?.close();
}

/** Labels are laid out for a picture about as wide as the small window usually is; CSS pixels. */
const LABEL_WIDTH_PX = 480;
const REPEAT_EVERY_MS = 50;

/**
 * A live picture in a small window on top of everything else, boxes included. Frames are drawn into a separate video, because browsers
 * allow only videos outside the page. Continues while the page is hidden, as long as frames are drawn.
 */
class SmallWindow {
  readonly #canvas = document.createElement('canvas');
  readonly #context = contextOf(this.#canvas, { alpha: false });
  readonly #video = document.createElement('video');
  readonly #writer = openVideoTrack(this.#canvas);
  readonly #regions = new RegionLayer();
  #closed = false;

  /** Whether this browser supports such windows, with pictures of ours in them. */
  static get possible(): boolean {
    return document.pictureInPictureEnabled === true && 'captureStream' in HTMLCanvasElement.prototype;
  }

  private constructor(private readonly onClosed: () => void) {
    Object.assign(this.#video, { muted: true, playsInline: true, srcObject: new MediaStream([this.#writer.track]) });
    this.#video.addEventListener('leavepictureinpicture', () => this.close());
  }

  /**
   * Opens the window. Browsers require that a click or key press is being handled.
   * @param first shown until a frame is drawn
   * @param onClosed called once, also when the user closes the window
   * @throws DOMException when the browser refuses
   */
  static async open(first: HTMLCanvasElement, onClosed: () => void): Promise<SmallWindow> {
    const opened = new SmallWindow(onClosed);
    opened.#show(first);
    // A video drops frames that were written before it started, and a camera that is away sends no more.
    const again = setInterval(() => opened.#writer.write(), REPEAT_EVERY_MS);
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

  /** Shows one frame. @param bitmap remains the caller's */
  draw(bitmap: Drawable, frame: BoxedFrame | undefined, settings: OverlaySettings): void {
    if (this.#closed) return;
    this.#show(bitmap, () => {
      const scale = Math.max(1, bitmap.width / LABEL_WIDTH_PX);
      const view = { width: bitmap.width / scale, height: bitmap.height / scale, pixelRatio: scale };
      if (frame) drawOverlay(this.#context, frame, settings, view, this.#regions);
    });
  }

  /** Closes the window and releases everything. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // Rejected when the window is closing already.
    if (document.pictureInPictureElement === this.#video) void document.exitPictureInPicture().catch(() => {});
    this.#writer.close();
    this.#video.srcObject = null;
    this.onClosed();
  }

  #show(picture: HTMLCanvasElement | Drawable, drawOver?: () => void): void {
    const { width, height } = picture;
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.drawImage(picture, 0, 0);
    drawOver?.();
    this.#writer.write();
  }
}

/** Turns a canvas into a video track. */
interface VideoTrackWriter {
  readonly track: MediaStreamTrack;
  /** Sends the canvas as the next frame. */
  write(): void;
  close(): void;
}

/** Chromium's writer of video tracks (mediacapture-transform in its first form, which runs on the page's own thread). */
type TrackGenerator = new (init: { kind: 'video' }) => MediaStreamTrack & { writable: WritableStream<VideoFrame> };

/**
 * A track of what is drawn on `canvas`. If the browser lets us write frames ourselves, they also flow in a hidden page. A captured canvas
 * freezes there in Chromium, since a hidden page paints nothing.
 */
function openVideoTrack(canvas: HTMLCanvasElement): VideoTrackWriter {
  const { MediaStreamTrackGenerator: Generator } = globalThis as { MediaStreamTrackGenerator?: TrackGenerator };
  if (Generator && typeof VideoFrame === 'function') return generated(canvas, new Generator({ kind: 'video' }));
  const [track] = canvas.captureStream().getVideoTracks();
  if (!track) throw new Error(t.player.noVideoOfCanvas);
  // The track captures the canvas by itself.
  return { track, write: () => {}, close: () => track.stop() };
}

function generated(canvas: HTMLCanvasElement, track: InstanceType<TrackGenerator>): VideoTrackWriter {
  const writer = track.writable.getWriter();
  // An ended track accepts no more frames; its reader is gone and reports that itself.
  writer.closed.catch(() => {});
  return {
    track,
    write: () => {
      // The reader has not taken the last frame yet: skip this one, the next will show its contents.
      if ((writer.desiredSize ?? 0) <= 0) return;
      const frame = new VideoFrame(canvas, { timestamp: Math.round(performance.now() * 1000) });
      writer.write(frame).catch(() => frame.close());
    },
    close: () => {
      track.stop();
      writer.close().catch(() => {});
    },
  };
}
