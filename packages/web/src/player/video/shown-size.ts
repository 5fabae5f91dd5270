interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The size of a frame as it is drawn. Browsers turn video that is to be turned for display, but state the size of its frames as they were
 * before that.
 * @param frame of `requestVideoFrameCallback`, exact when the size changes; the element's own follows later
 */
export function shownSize({ videoWidth, videoHeight }: HTMLVideoElement, { width, height }: Size): Size {
  const isTurned = videoWidth === height && videoHeight === width;
  return isTurned ? { width: height, height: width } : { width, height };
}
