import type { EncodeTarget } from '../publish-types.js';
import type { PictureMessage } from './capture-messages.js';
import { fitWidth } from './picture-encoder.js';

/** Longer than between frames of the slowest rate. */
const SHOWN_MS = 400;
const USUAL_FPS = 30;

/** Copies what a track shows, picture by picture, if frames can't be read from the track itself. For pages. */
export class FrameGrabber {
  readonly #video = document.createElement('video');
  #canvas: HTMLCanvasElement | undefined;
  #shown: { at: number; count: number } | undefined;
  #grabbed = -1;
  #callback = 0;
  #closed = false;

  constructor(
    private readonly track: MediaStreamTrack,
    private readonly encode: boolean,
  ) {
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#video.srcObject = new MediaStream([track]);
    // Refused only if a page may not play at all; then no picture ever comes, which is reported.
    void this.#video.play().catch(() => undefined);
    this.#follow();
  }

  /** The current picture; undefined if it was already returned, or if there is none yet. */
  async grab({ quality, width: widest }: EncodeTarget): Promise<PictureMessage['picture']> {
    const video = this.#video;
    if (this.#closed || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0)
      return undefined;
    const now = performance.timeOrigin + performance.now();
    const { at, count } = this.#newest(now);
    if (count === this.#grabbed) return undefined;
    this.#grabbed = count;
    const { width, height } = fitWidth({ width: video.videoWidth, height: video.videoHeight }, widest);
    if (!this.encode) return { at, bitmap: await createImageBitmap(video) };
    this.#canvas ??= document.createElement('canvas');
    const canvas = this.#canvas;
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    canvas.getContext('2d', { alpha: false })?.drawImage(video, 0, 0, width, height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality));
    return blob ? { at, jpeg: await blob.arrayBuffer(), width, height } : undefined;
  }

  close(): void {
    this.#closed = true;
    this.#video.cancelVideoFrameCallback?.(this.#callback);
    this.#video.srcObject = null;
  }

  /** A hidden tab shows nothing and reports nothing: then a new picture is assumed at the camera's rate. */
  #newest(now: number): { at: number; count: number } {
    const shown = this.#shown;
    if (shown && now - shown.at < SHOWN_MS) return shown;
    const { frameRate = USUAL_FPS } = this.track.getSettings();
    return { at: now, count: -2 - Math.floor((now * frameRate) / 1000) };
  }

  #follow(): void {
    if (!('requestVideoFrameCallback' in this.#video)) return;
    this.#callback = this.#video.requestVideoFrameCallback((_now, metadata) => {
      const { captureTime, presentationTime, presentedFrames } = metadata;
      this.#shown = { at: performance.timeOrigin + (captureTime ?? presentationTime), count: presentedFrames };
      if (!this.#closed) this.#follow();
    });
  }
}
