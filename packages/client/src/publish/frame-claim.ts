import { type PictureSize, pictureSize } from './jpeg-size.js';
import type { EncodeTarget, FrameClaim, PictureInfo } from './publish-types.js';

export interface ClaimEvents {
  /** The place is used or given back; told once. @returns whether a picture may still take it */
  settle(): boolean;
  send(jpeg: Uint8Array<ArrayBuffer>, size: PictureSize, info: PictureInfo): void;
  /** There is a picture, but not its place any more. */
  late(): void;
}

/** A place on the wire for one picture, to be made like this. What comes after it is used or given back is late. */
export function frameClaim({ quality, width }: EncodeTarget, { settle, send, late }: ClaimEvents): FrameClaim {
  let open = true;
  const take = () => {
    if (!open) return false;
    open = false;
    return settle();
  };
  return {
    quality,
    ...(width === undefined ? {} : { width }),
    send: (jpeg, info = {}) => {
      const stillWanted = take();
      const size = pictureSize(jpeg, info);
      if (stillWanted) send(jpeg, size, info);
      else late();
      return stillWanted;
    },
    cancel: () => void take(),
  };
}
