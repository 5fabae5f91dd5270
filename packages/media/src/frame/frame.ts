import type { Detection, Letterbox } from '@lookout/protocol';

/** What every frame of a camera carries. Times are Unix epoch milliseconds by `nowMs()`. */
interface FrameBase {
  /** Running number of this camera, from 0, never reused while the camera exists. */
  readonly number: number;
  /** The number that the sender gave the picture, if any; may start over with another sender. */
  readonly publishedNumber?: number;
  /**
   * When the picture was taken, as precisely as the source allows: arrival of the first byte for JPEG over HTTP, otherwise by the stream's
   * own timestamps. Never in the future, never before the previous frame.
   */
  readonly timestampMs: number;
  /** When the whole frame was available (for video: decoded). */
  readonly receivedMs: number;
  readonly width: number;
  readonly height: number;
}

/** A frame of a camera that sends JPEGs. The bytes are the camera's own, unmodified; nothing is decoded yet. */
export interface JpegFrame extends FrameBase {
  readonly kind: 'jpeg';
  /** Owned by the frame; treat as immutable. */
  readonly jpeg: Uint8Array;
}

/** What to convert a `VideoFrame` to. All of it is made in one round trip to the capture worker. */
export interface RenderRequest {
  /** RGB in this letterbox, as `Picture.toRgb` makes it. */
  rgb?: Letterbox;
  /** A JPEG of the whole picture, quality 30..95. */
  jpegQuality?: number;
  /** Boxes to burn into that JPEG, with the state at the frame's own time. */
  detections?: readonly Detection[];
  /** Track ids of those that set off a warning. */
  alarmed?: ReadonlySet<number> | undefined;
}

export interface Rendered {
  /** `letterbox.width × height × 3` numbers of 0..255, transferred: the caller owns it. */
  rgb?: Float32Array<ArrayBuffer>;
  jpeg?: Uint8Array<ArrayBuffer>;
  decodeMs: number;
  drawMs: number;
  encodeMs: number;
}

/** A decoded frame of a camera that carries a video codec. Its pixels stay in the capture worker until asked for. */
export interface VideoFrame extends FrameBase {
  readonly kind: 'video';
  /** The presentation time of its packet (`EncodedPacket.ptsMs`). */
  readonly mediaMs: number;
  /** @throws LookoutError `frame_gone` when the worker has already let this frame go. */
  render(request: RenderRequest): Promise<Rendered>;
  /** Keeps the pixels until `release()`. Without it, the worker keeps only the few newest frames. */
  retain(): void;
  release(): void;
}

export type Frame = JpegFrame | VideoFrame;
