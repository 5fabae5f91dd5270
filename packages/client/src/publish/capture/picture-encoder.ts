import type { EncodeTarget } from '../publish-types.js';

/** A picture that can be drawn and must be closed. */
export type Picture = VideoFrame | ImageBitmap;

export interface EncodedPicture {
  jpeg: Uint8Array<ArrayBuffer>;
  width: number;
  height: number;
}

/** Display size of a picture in pixels: rotated, with square pixels. */
export function sizeOf(picture: Picture): { width: number; height: number } {
  return 'displayWidth' in picture
    ? { width: picture.displayWidth, height: picture.displayHeight }
    : { width: picture.width, height: picture.height };
}

/** The size to encode at: at most `width` wide, never larger than the picture, with even sides. */
export function fitWidth(size: { width: number; height: number }, width = Infinity): { width: number; height: number } {
  const scale = Math.min(1, width / size.width);
  const even = (side: number) => Math.max(2, Math.round((side * scale) / 2) * 2);
  return scale === 1 ? size : { width: even(size.width), height: even(size.height) };
}

/** Encodes pictures to JPEG with one canvas, in a worker or a page, one at a time. */
export class PictureEncoder {
  #canvas: OffscreenCanvas | undefined;
  #context: OffscreenCanvasRenderingContext2D | undefined;

  /**
   * Draws at once, so the picture may be closed as soon as this returns its promise.
   * @throws Error if the browser cannot encode (usually because it is out of memory)
   */
  encode(picture: Picture, { quality, width: widest }: EncodeTarget): Promise<EncodedPicture> {
    const { width, height } = fitWidth(sizeOf(picture), widest);
    this.#canvas ??= new OffscreenCanvas(width, height);
    // Turning a phone changes the size mid-stream.
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    this.#context ??= contextOf(this.#canvas);
    this.#context.drawImage(picture, 0, 0, width, height);
    return this.#canvas
      .convertToBlob({ type: 'image/jpeg', quality })
      .then((blob) => blob.arrayBuffer())
      .then((buffer) => ({ jpeg: new Uint8Array(buffer), width, height }));
  }
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) throw new Error('This browser gives workers no 2D canvas');
  context.imageSmoothingQuality = 'medium';
  return context;
}
