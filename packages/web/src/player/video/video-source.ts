/** A video, or one frame of it. Its `width` and `height` are set to those of the picture. */
export type VideoPicture = HTMLVideoElement | (VideoFrame & { width: number; height: number });

/** A frame of video that can be drawn now. */
export interface ShownFrame {
  /** Holds the frame during the call. */
  readonly picture: VideoPicture;
  /** When it was taken, server's clock, epoch ms. */
  readonly capturedMs: number;
  /** Taken to drawn, ms. */
  readonly ageMs: number;
}

export interface VideoSourceEvents {
  onFrame(frame: ShownFrame): void;
  /** It is over: the connection is lost, the browser can't play it, or no frame came for too long. Called once, not after `close`. */
  onEnd(reason: string): void;
}

/** One way in which a camera's own video reaches the page. It plays until it is closed or ends by itself. */
export interface VideoSource {
  /** Shortest exchange with the server, ms; undefined before the first. */
  readonly roundTripMs: number | undefined;
  close(): void;
}

/** Opens one. */
export type OpenVideo = (events: VideoSourceEvents) => VideoSource;
