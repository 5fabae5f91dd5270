/** https://www.w3.org/TR/mediacapture-transform/, which the DOM types leave out. */
type TrackProcessorConstructor = new (init: {
  track: MediaStreamTrack;
  maxBufferSize?: number;
}) => { readonly readable: ReadableStream<VideoFrame> };

/** Whether tracks can be read frame by frame here. */
export function hasTrackProcessor(): boolean {
  return 'MediaStreamTrackProcessor' in globalThis;
}

/**
 * Frames of a track, only ever the newest.
 * @throws TypeError if the browser does not support it, or not in this kind of thread
 */
export function trackProcessorOf(track: MediaStreamTrack): ReadableStream<VideoFrame> {
  const { MediaStreamTrackProcessor } = globalThis as unknown as {
    MediaStreamTrackProcessor?: TrackProcessorConstructor;
  };
  if (!MediaStreamTrackProcessor) throw new TypeError('This browser has no MediaStreamTrackProcessor here');
  return new MediaStreamTrackProcessor({ track, maxBufferSize: 1 }).readable;
}
