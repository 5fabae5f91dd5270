import { type PictureSize, pictureSize } from './jpeg-size.js';
import type { EncodeTarget, FrameClaim, PictureInfo } from './publish-types.js';

export interface ClaimEvents {
  /** The claim is used or cancelled; called once. @returns whether a picture may still use it */
  settle(): boolean;
  send(jpeg: Uint8Array<ArrayBuffer>, size: PictureSize, info: PictureInfo): void;
  /** There is a picture, but its claim is no longer valid. */
  late(): void;
}

/** A claim to send one picture, to be made as given. A picture that arrives after it is used or cancelled is late. */
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
