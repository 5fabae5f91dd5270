import type { Frame } from '@lookout/media';
import type { Detection } from '@lookout/protocol';
import type { AnalysisJob, AnalysisResult } from '../analysis/analysis-job.js';

type Jpeg = Uint8Array;

/** Quality of the JPEG made of a video camera's picture for viewers that draw the boxes themselves. */
export const overlayQuality = 80;

export interface PictureMakerOptions {
  /** Makes JPEGs of a JPEG camera's frames. */
  runSoon(job: AnalysisJob): Promise<AnalysisResult>;
  /** Counts each encode. */
  onEncode(mode: 'annotated' | 'overlay', quality: number): void;
}

/**
 * The JPEGs of one frame: each made on first demand, once, and shared by everybody who asks. The camera's own JPEG is never
 * re-encoded.
 */
export class PictureSet {
  /** By quality. Most frames of most cameras are never made a JPEG of: there is no map for those. */
  #annotated: Map<number, Jpeg | Promise<Jpeg>> | undefined;
  #plain: Map<number, Jpeg | Promise<Jpeg>> | undefined;
  #overlay: Jpeg | Promise<Jpeg> | undefined;

  constructor(
    readonly frame: Frame,
    readonly options: PictureMakerOptions,
  ) {
    if (frame.kind === 'jpeg') this.#overlay = frame.jpeg;
  }

  /** The untouched picture. A value rather than a promise where it is at hand. */
  overlay(): Jpeg | Promise<Jpeg> {
    this.#overlay ??= this.#remember(this.#render(overlayQuality), (jpeg) => {
      this.#overlay = jpeg;
    });
    return this.#overlay;
  }

  /** The picture without boxes at this quality, 30..95; a JPEG camera's picture is encoded anew. */
  plain(quality: number): Jpeg | Promise<Jpeg> {
    // What viewers that draw boxes themselves get is the same picture.
    if (this.frame.kind === 'video' && quality === overlayQuality) return this.overlay();
    this.#plain ??= new Map();
    return this.#made(this.#plain, quality, undefined);
  }

  /** The picture with these boxes burnt in. The boxes of a frame are always the same: the first caller's are used. */
  annotated(quality: number, detections: readonly Detection[]): Jpeg | Promise<Jpeg> {
    this.#annotated ??= new Map();
    return this.#made(this.#annotated, quality, detections);
  }

  /** Keeps a JPEG that was made on the way, by the analysis itself. */
  keep(mode: 'annotated' | 'overlay', quality: number, jpeg: Jpeg): void {
    this.options.onEncode(mode, quality);
    if (mode === 'overlay') this.#overlay = jpeg;
    else {
      this.#annotated ??= new Map();
      this.#annotated.set(quality, jpeg);
    }
  }

  #made(
    jpegs: Map<number, Jpeg | Promise<Jpeg>>,
    quality: number,
    detections: readonly Detection[] | undefined,
  ): Jpeg | Promise<Jpeg> {
    const made = jpegs.get(quality);
    if (made) return made;
    const making = this.#remember(this.#render(quality, detections), (jpeg) => jpegs.set(quality, jpeg));
    jpegs.set(quality, making);
    return making;
  }

  async #render(quality: number, detections?: readonly Detection[]): Promise<Jpeg> {
    const { frame, options } = this;
    options.onEncode(detections ? 'annotated' : 'overlay', quality);
    if (frame.kind === 'video') {
      const { jpeg } = await frame.render({ jpegQuality: quality, detections });
      return jpeg as Jpeg;
    }
    const result = await options.runSoon({
      picture: { kind: 'jpeg', jpeg: frame.jpeg },
      encode: { qualities: [quality], detections: detections ? [...detections] : [] },
    });
    return (result.jpegs[0] as { jpeg: Jpeg }).jpeg;
  }

  #remember(making: Promise<Jpeg>, done: (jpeg: Jpeg) => void): Promise<Jpeg> {
    making.then(done, () => undefined);
    return making;
  }
}
