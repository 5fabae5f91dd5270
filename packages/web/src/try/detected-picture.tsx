import type { Detection } from '@lookout/protocol';
import { useEffect } from 'react';
import { summariseClasses } from '../lib/format.js';
import { DEFAULT_OVERLAY } from '../player/overlay.js';
import { Screen, useScreen } from '../player/screen.js';
import { tryWords as words } from '../strings/try.js';

/** A picture and what was found in it. */
export interface PictureResult {
  name: string;
  bitmap: ImageBitmap;
  /** Undefined until they are known. */
  detections: readonly Detection[] | undefined;
  /** Size of the picture that the boxes belong to; the bitmap may be a smaller or a larger copy of it. */
  size: readonly [width: number, height: number];
}

/** A picture as large as possible, with the boxes that were found in it. */
export function DetectedPicture({ name, bitmap, detections = NOTHING, size: [width, height] }: PictureResult) {
  const { presenter, ...screen } = useScreen(DEFAULT_OVERLAY);
  useEffect(
    () => presenter.current?.show(bitmap, { width, height, detections: [...detections] }),
    [presenter, bitmap, detections, width, height],
  );
  const label = words.pictureOf(name, foundIn(detections));
  return <Screen {...screen} label={label} look="current" className="size-full" />;
}

const NOTHING: readonly Detection[] = [];

export function foundIn(detections: readonly Detection[]): string {
  return summariseClasses(detections.map(({ class_name }) => class_name));
}
