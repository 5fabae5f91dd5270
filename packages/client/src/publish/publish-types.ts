/** What the server asks of a publisher; obeyed at the next frame. */
export interface PublishControl {
  /** Frames a second, 5..60. */
  fps: number;
  /** JPEG quality, 0.3..0.95. */
  quality: number;
  /** Widest picture, pixels; absent: the camera's own. */
  width?: number;
  /** Why, e.g. `inference-load`; empty where nothing was asked yet. */
  reason: string;
}

/** How the next picture is to be made. */
export interface EncodeTarget {
  /** 0.3..0.95. */
  quality: number;
  /** Not wider than this, pixels; absent: as captured. */
  width?: number;
}

export interface PublishState {
  /**
   * `connecting`: first attempt · `live`: frames go out · `paused`: connected, held by us · `reconnecting`: the connection was lost, the
   * next attempt follows · `replaced`: another publisher took over, `resume()` takes it back · `refused`: the token is not
   * valid, over · `closed`: over.
   */
  state: 'connecting' | 'live' | 'paused' | 'reconnecting' | 'replaced' | 'refused' | 'closed';
  /** In plain words; empty when live. */
  reason: string;
}

export interface PublishOptions {
  /** Frames a second until the server asks otherwise, 5..60. Default 30. */
  fps?: number;
  /** JPEG quality until the server asks otherwise, 0.3..0.95. Default 0.8. */
  quality?: number;
  /** Widest picture until the server asks otherwise, pixels. Default: the camera's own. */
  width?: number;
  /** Number of the first frame. Default 0. */
  firstFrameNumber?: number;
  onState?: (state: PublishState) => void;
  /** Called with what the server asks; an encoder of your own should follow `quality` and `width`. */
  onControl?: (control: PublishControl) => void;
  /** Called when a frame may go again after `claim()` refused one that was due. */
  onReady?: () => void;
  /** Ends it. */
  signal?: AbortSignal;
}

/** What is known of a picture. What is absent is read from the JPEG, or is now. */
export interface PictureInfo {
  /** When it was captured, our clock, Unix epoch ms. */
  timestamp?: number;
  /** Pixels. */
  width?: number;
  height?: number;
}

export interface PublishDrops {
  /** Too early for the rate. */
  throttled: number;
  /** Waited for the network until a newer one took its place. */
  link: number;
  /** A newer one came before the encoder was free. */
  encoder: number;
  /** Not connected, or held by us. */
  offline: number;
  /** The server refused it. */
  rejected: number;
}

export interface PublishStats {
  /** Frames handed to the socket. */
  sent: number;
  /** Number of the next frame. */
  nextFrameNumber: number;
  dropped: PublishDrops;
  reconnects: number;
  /** Frames the server has, over the last second. */
  fps: number;
  /** JPEG bytes over the last second, in kbit/s. */
  kbitPerSecond: number;
  /** Shortest round trip of the last seconds, ms. */
  roundTripMs: number | undefined;
  /** Median age of frames when the server had them, by its clock, over the last second, ms. */
  arrivalAgeMs: number | undefined;
  /** Server's clock minus ours, ms. */
  clockOffsetMs: number;
  /** Frames sent that the server has not confirmed. */
  inFlight: number;
  /** What the network is thought to carry, kbit/s; undefined until known. */
  linkKbitPerSecond: number | undefined;
  /** What is made now: what the server asks for, less where the network carries less. */
  target: EncodeTarget & { fps: number };
  /** Whether the network, not the server, bounds `target`. */
  linkBound: boolean;
}

/** The place of one frame on the wire. */
export interface FrameClaim extends EncodeTarget {
  /**
   * Sends the picture the place was claimed for.
   * @returns false when the connection has gone meanwhile
   */
  send(jpeg: Uint8Array<ArrayBuffer>, info?: PictureInfo): boolean;
  /** Gives the place back: there is no picture after all. */
  cancel(): void;
}

/** Publishes JPEGs as a camera. Never queues: a frame that cannot go now is dropped for a newer one. */
export interface Publisher {
  /**
   * Sends a JPEG, or keeps it as the newest until the network is free.
   * @returns false when it was dropped: too early for the rate, paused or not connected
   * @throws TypeError when it is not a JPEG
   */
  send(jpeg: Uint8Array<ArrayBuffer>, info?: PictureInfo): boolean;
  /**
   * For whoever encodes: asks before the work is done.
   * @param atMs when the picture was captured, our clock
   * @returns how to make it and where to hand it; undefined when none is wanted now
   */
  claim(atMs?: number): FrameClaim | undefined;
  /** Sends nothing until `resume()`; the connection stays. */
  pause(): void;
  /** Goes on: after `pause()`, after being replaced, or at once instead of at the next attempt. */
  resume(): void;
  stats(): PublishStats;
  close(): void;
}
