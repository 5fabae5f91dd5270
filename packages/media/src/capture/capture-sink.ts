import type { Frame } from '../codec/native.js';
import type { StreamInfo } from '../source/source.js';

/** Where a driver delivers what it reads. All calls are made in the worker's thread. */
export interface CaptureSink {
  /** What is known of the stream before its first frame. Width and height come with the frames. */
  onStream(stream: Omit<StreamInfo, 'width' | 'height'>): void;
  /** @param frame owned by the sink. @param timestampMs when it was taken, by `nowMs()`. */
  onFrame(frame: Frame, timestampMs: number): void;
  onInvalid(reason: string): void;
  onBytes(count: number): void;
}
