/** Turns what is drawn on a canvas into a video track. */
export interface VideoTrackWriter {
  readonly track: MediaStreamTrack;
  /** The canvas is the next frame. */
  write(): void;
  close(): void;
}

/** Chromium's writer of video tracks (mediacapture-transform in its first form, which works on the page's own thread). */
interface TrackGenerator extends MediaStreamTrack {
  readonly writable: WritableStream<VideoFrame>;
}
type TrackGeneratorConstructor = new (init: { kind: 'video' }) => TrackGenerator;

/**
 * A track of what is drawn on `canvas`. Where the browser lets us write frames ourselves they flow in a hidden page too; a captured
 * canvas stands still there in Chromium, since a hidden page paints nothing.
 */
export function openVideoTrack(canvas: HTMLCanvasElement): VideoTrackWriter {
  const { MediaStreamTrackGenerator: Generator } = globalThis as {
    MediaStreamTrackGenerator?: TrackGeneratorConstructor;
  };
  return Generator && typeof VideoFrame === 'function' ? generated(canvas, Generator) : captured(canvas);
}

function generated(canvas: HTMLCanvasElement, Generator: TrackGeneratorConstructor): VideoTrackWriter {
  const track = new Generator({ kind: 'video' });
  const writer = track.writable.getWriter();
  // A track that ended takes no more: its reader has gone, and says so itself.
  writer.closed.catch(() => {});
  return {
    track,
    write: () => {
      // The reader has not taken the last one yet: newest wins, and this one is shown by the next.
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

function captured(canvas: HTMLCanvasElement): VideoTrackWriter {
  const [track] = canvas.captureStream().getVideoTracks();
  if (!track) throw new Error('This browser makes no video of a canvas');
  // It looks at the canvas by itself.
  return { track, write: () => {}, close: () => track.stop() };
}
