import type { Frame } from '@lookout/media';
import type { Detection, ViewMode } from '@lookout/protocol';
import type { AnalysisJob, AnalysisResult } from '../analysis/analysis-job.js';

type Jpeg = Uint8Array;

/** JPEG quality of a video camera's frames for viewers that draw the boxes themselves. */
export const OVERLAY_QUALITY = 80;

const noDetections: readonly Detection[] = [];

export interface PictureMakerOptions {
  /** Encodes JPEGs of a JPEG camera's frames. */
  runSoon(job: AnalysisJob): Promise<AnalysisResult>;
  /** Counts each encode, by the mode of the first request. */
  onEncode(mode: ViewMode, quality: number): void;
  /** Track ids of objects that warn now; absent: none. */
  alarmed?(): ReadonlySet<number>;
}

/** By quality. */
type Jpegs = Map<number, Jpeg | Promise<Jpeg>>;

/**
 * The JPEGs of one frame, each encoded on first request, once, and shared by all viewers. The camera's own JPEG is never
 * re-encoded for overlay viewers.
 */
export class PictureSet {
  /**
   * By the burnt-in boxes: the frame's own for analysed frames, those of the last analysis for viewers of every frame. Created
   * lazily, since most frames are never encoded.
   */
  #annotated: Map<readonly Detection[], Jpegs> | undefined;
  #plain: Jpegs | undefined;
  #overlay: Jpeg | Promise<Jpeg> | undefined;

  constructor(
    readonly frame: Frame,
    readonly options: PictureMakerOptions,
  ) {
    if (frame.kind === 'jpeg') this.#overlay = frame.jpeg;
  }

  /** The original image. Returns a value rather than a promise if it is available. */
  overlay(): Jpeg | Promise<Jpeg> {
    this.#overlay ??= this.#remember(this.#render('overlay', OVERLAY_QUALITY, noDetections), (jpeg) => {
      this.#overlay = jpeg;
    });
    return this.#overlay;
  }

  /** The image without boxes at this quality, 30..95; a JPEG camera's image is re-encoded. */
  plain(quality: number): Jpeg | Promise<Jpeg> {
    return this.#made('overlay', quality, noDetections);
  }

  /** The image when there is nothing to draw: re-encoded only below the usual quality. */
  undrawn(quality: number): Jpeg | Promise<Jpeg> {
    return quality >= OVERLAY_QUALITY ? this.overlay() : this.plain(quality);
  }

  /** The image with these boxes burnt in, shared by all callers that pass the same list. */
  annotated(quality: number, detections: readonly Detection[]): Jpeg | Promise<Jpeg> {
    return this.#made('annotated', quality, detections);
  }

  /** Stores an annotated JPEG that the analysis job has made. */
  keep(quality: number, detections: readonly Detection[], jpeg: Jpeg): void {
    this.options.onEncode('annotated', quality);
    this.#jpegsWith(detections).set(quality, jpeg);
  }

  #jpegsWith(detections: readonly Detection[]): Jpegs {
    if (detections.length === 0) {
      this.#plain ??= new Map();
      return this.#plain;
    }
    this.#annotated ??= new Map();
    let jpegs = this.#annotated.get(detections);
    if (!jpegs) {
      jpegs = new Map();
      this.#annotated.set(detections, jpegs);
    }
    return jpegs;
  }

  #made(mode: ViewMode, quality: number, detections: readonly Detection[]): Jpeg | Promise<Jpeg> {
    // The same image as for viewers that draw the boxes themselves.
    if (detections.length === 0 && this.frame.kind === 'video' && quality === OVERLAY_QUALITY) return this.overlay();
    const jpegs = this.#jpegsWith(detections);
    const made = jpegs.get(quality);
    if (made) return made;
    const making = this.#remember(this.#render(mode, quality, detections), (jpeg) => jpegs.set(quality, jpeg));
    jpegs.set(quality, making);
    return making;
  }

  async #render(mode: ViewMode, quality: number, detections: readonly Detection[]): Promise<Jpeg> {
    const { frame, options } = this;
    const alarmed = options.alarmed?.();
    options.onEncode(mode, quality);
    if (frame.kind === 'video') {
      const { jpeg } = await frame.render({ jpegQuality: quality, detections, alarmed });
      return jpeg as Jpeg;
    }
    const result = await options.runSoon({
      picture: { kind: 'jpeg', jpeg: frame.jpeg },
      encode: { qualities: [quality], detections, alarmed, timestampMs: frame.timestampMs },
    });
    return (result.jpegs[0] as { jpeg: Jpeg }).jpeg;
  }

  #remember(making: Promise<Jpeg>, done: (jpeg: Jpeg) => void): Promise<Jpeg> {
    making.then(done, () => undefined);
    return making;
  }
}
