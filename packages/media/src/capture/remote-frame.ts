import type { Rendered, RenderRequest, VideoFrame } from '../frame/frame.js';
import type { FromCaptureWorker } from './messages.js';

/** What a frame needs from the attempt it came from. */
export interface FrameHost {
  render(frameId: number, request: RenderRequest): Promise<Rendered>;
  retain(frameId: number): void;
  release(frameId: number): void;
}

/** A frame whose pixels stay in the capture worker. */
export class RemoteFrame implements VideoFrame {
  readonly kind = 'video';
  readonly number: number;
  readonly mediaMs: number;
  readonly timestampMs: number;
  readonly receivedMs: number;
  readonly width: number;
  readonly height: number;
  readonly #host: FrameHost;
  readonly #frameId: number;
  /** Plain JPEGs by quality: each is encoded once, however many request it. */
  readonly #jpegs = new Map<number, Promise<Rendered>>();
  #holders = 0;

  constructor(host: FrameHost, message: Extract<FromCaptureWorker, { type: 'frame' }>) {
    this.#host = host;
    this.#frameId = message.frameId;
    this.number = message.frameId;
    this.mediaMs = message.mediaMs;
    this.timestampMs = message.timestampMs;
    this.receivedMs = message.receivedMs;
    this.width = message.width;
    this.height = message.height;
  }

  render(request: RenderRequest): Promise<Rendered> {
    const { rgb, jpegQuality, detections } = request;
    const plain = rgb === undefined && (detections === undefined || detections.length === 0);
    if (!plain || jpegQuality === undefined) return this.#host.render(this.#frameId, request);
    let jpeg = this.#jpegs.get(jpegQuality);
    if (jpeg === undefined) {
      jpeg = this.#host.render(this.#frameId, { jpegQuality });
      this.#jpegs.set(jpegQuality, jpeg);
    }
    return jpeg;
  }

  retain(): void {
    if (this.#holders++ === 0) this.#host.retain(this.#frameId);
  }

  release(): void {
    if (this.#holders === 0) return;
    if (--this.#holders === 0) this.#host.release(this.#frameId);
  }
}
