import type { Frame } from '../codec/native.js';
import type { PictureTools } from '../codec/picture-tools.js';
import type { DecodePolicy } from '../encoded/decode-policy.js';
import type { EncodedStream } from '../encoded/encoded-stream.js';
import type { DecodeDevice, StreamInfo } from '../source/source.js';

/** Where a driver delivers what it reads. All calls are made in the worker's thread. */
export interface CaptureSink {
  /** The worker's native resources. */
  readonly tools: PictureTools;
  /** Every packet that a driver reads goes here. */
  readonly encoded: EncodedStream;
  /** Which of them to decode. */
  readonly policy: DecodePolicy;
  /** What to decode with. */
  readonly decode: DecodeDevice;
  /** What is known of the stream before its first frame. Width and height come with the frames. */
  onStream(stream: Omit<StreamInfo, 'width' | 'height'>): void;
  /** @param frame owned by the sink. @param mediaMs as given with its packet @param timestampMs when it was taken, by `nowMs()`. */
  onFrame(frame: Frame, mediaMs: number, timestampMs: number): void;
  onInvalid(reason: string): void;
  /** @param name what decodes from now on; see `EncodedReport.decoder` */
  onDecoder(name: string): void;
  /** A packet was left out of decoding. */
  onUndecoded(): void;
  onBytes(count: number): void;
}
