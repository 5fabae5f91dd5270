/** What the server asks of a publisher; applied from the next frame on. */
export interface PublishControl {
  /** Frames per second, 5..60. */
  fps: number;
  /** JPEG quality, 0.3..0.95. */
  quality: number;
  /** Maximum width, pixels; absent: the camera's own. */
  width?: number;
  /** Why, e.g. `inference-load`; empty if nothing was asked yet. */
  reason: string;
}

/** How to encode the next picture. */
export interface EncodeTarget {
  /** 0.3..0.95. */
  quality: number;
  /** Maximum width, pixels; absent: as captured. */
  width?: number;
}

export interface PublishState {
  /**
   * `connecting`: first attempt · `live`: frames are sent · `paused`: connected, paused by us · `reconnecting`: the connection was lost, the
   * next attempt follows · `replaced`: another publisher took over, `resume()` takes over again · `refused`: the token is not
   * valid, final · `closed`: final.
   */
  state: 'connecting' | 'live' | 'paused' | 'reconnecting' | 'replaced' | 'refused' | 'closed';
  /** Why, in plain words; empty when live. */
  reason: string;
}

export interface PublishOptions {
  /** Frames per second until the server asks otherwise, 5..60. Default 30. */
  fps?: number;
  /** JPEG quality until the server asks otherwise, 0.3..0.95. Default 0.8. */
  quality?: number;
  /** Maximum width until the server asks otherwise, pixels. Default: the camera's own. */
  width?: number;
  /** Number of the first frame. Default 0. */
  firstFrameNumber?: number;
  onState?: (state: PublishState) => void;
  /** Called with the server's requests; if you encode yourself, follow `quality` and `width`. */
  onControl?: (control: PublishControl) => void;
  /** Called when a frame may be sent again after `claim()` refused one that was due. */
  onReady?: () => void;
  /** Ends publishing. */
  signal?: AbortSignal;
}

/** What is known about a picture. A missing size is read from the JPEG, a missing time is now. */
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
  /** Waited for the network until a newer one replaced it. */
  link: number;
  /** Replaced by a newer one before the encoder was free. */
  encoder: number;
  /** Not connected, or paused. */
  offline: number;
  /** The server refused it. */
  rejected: number;
}

export interface PublishStats {
  /** Frames passed to the socket. */
  sent: number;
  /** Number of the next frame. */
  nextFrameNumber: number;
  dropped: PublishDrops;
  reconnects: number;
  /** Frames that the server received per second, over the last second. */
  fps: number;
  /** JPEG bytes over the last second, in kbit/s. */
  kbitPerSecond: number;
  /** Shortest round trip of the last few seconds, ms. */
  roundTripMs: number | undefined;
  /** Median age of frames when the server received them, by its clock, over the last second, ms. */
  arrivalAgeMs: number | undefined;
  /** Server's clock minus ours, ms. */
  clockOffsetMs: number;
  /** Frames sent that the server has not confirmed. */
  inFlight: number;
  /** Estimated capacity of the network, kbit/s; undefined until known. */
  linkKbitPerSecond: number | undefined;
  /** Current encoding target: what the server asks for, or less if the network carries less. */
  target: EncodeTarget & { fps: number };
  /** Whether the network, not the server, limits `target`. */
  linkBound: boolean;
}

/** A claim to send one frame. */
export interface FrameClaim extends EncodeTarget {
  /**
   * Sends the picture that was claimed for.
   * @returns false if the connection was lost in the meantime
   */
  send(jpeg: Uint8Array<ArrayBuffer>, info?: PictureInfo): boolean;
  /** Cancels the claim: there is no picture after all. */
  cancel(): void;
}

/** Publishes JPEGs as a camera. Never queues: a frame that can't be sent now is dropped for a newer one. */
export interface Publisher {
  /**
   * Sends a JPEG, or keeps it as the newest until the network is free.
   * @returns false if it was dropped: too early for the rate, paused or not connected
   * @throws TypeError if it is not a JPEG
   */
  send(jpeg: Uint8Array<ArrayBuffer>, info?: PictureInfo): boolean;
  /**
   * If you encode yourself: asks whether a picture is wanted, before the work is done.
   * @param atMs when the picture was captured, our clock
   * @returns how to encode it, and methods to send or cancel it; undefined if none is wanted now
   */
  claim(atMs?: number): FrameClaim | undefined;
  /** Sends nothing until `resume()`; the connection stays open. */
  pause(): void;
  /** Continues after `pause()` or after being replaced, or reconnects at once instead of at the next attempt. */
  resume(): void;
  stats(): PublishStats;
  close(): void;
}
