import {
  AV_PIX_FMT_YUV420P,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT470BG,
  AVMEDIA_TYPE_VIDEO,
  allocated,
  Codec,
  CodecContext,
  check,
  createFrame,
  createScaleContext,
  FF_ENCODER_LIBVPX_VP9,
  FormatContext,
  type Frame,
  Packet,
  Rational,
  SWS_BILINEAR,
  setOptions,
} from './native.js';
import type { Picture } from './picture.js';

export interface ClipEncoderOptions {
  /** Longer side of the video, pixels; larger pictures are scaled down. */
  maxSide?: number;
}

const DEFAULT_MAX_SIDE = 1280;
/** Times of frames are in milliseconds. */
const TICKS_PER_SECOND = 1000;
/** How long the last frame is shown, as nothing follows it, ms. */
const LAST_FRAME_MS = 200;
/** A constant quality of VP9, 0 (best) to 63: at 36, noisy night pictures take as many bytes as the JPEGs they come from. */
const QUALITY = 42;
/** Seeking in a clip decodes from the last key frame: at most this many frames. */
const KEY_FRAME_EVERY = 50;

/**
 * Writes pictures as a VP9 video in an MP4 file that begins with its index, so that browsers play it while it loads. For worker threads
 * only: encoding a picture takes some milliseconds. Free of patents' licences, unlike H.264.
 *
 * ```ts
 * using clip = new ClipEncoder('/tmp/clip.mp4', firstPicture);
 * clip.add(picture, timestampMs);
 * clip.finish();
 * ```
 */
export class ClipEncoder implements Disposable {
  readonly #output = new FormatContext();
  readonly #encoder = new CodecContext();
  readonly #scaler = createScaleContext(SWS_BILINEAR);
  readonly #frame: Frame;
  readonly #packet = allocated(new Packet());
  #startMs: number | undefined;
  #lastTick = -1;
  #count = 0;
  #closed = false;

  /** @param path of the new file; an existing one is replaced. @param first sets the size of the video. */
  constructor(
    path: string,
    first: { width: number; height: number },
    { maxSide = DEFAULT_MAX_SIDE }: ClipEncoderOptions = {},
  ) {
    const { width, height } = fit(first, maxSide);
    this.#frame = createFrame(width, height, AV_PIX_FMT_YUV420P, AVCOL_RANGE_MPEG, AVCOL_SPC_BT470BG);
    const codec = openEncoder(this.#encoder, width, height);
    check(this.#output.allocOutputContext2(null, 'mp4', path), 'make an MP4');
    const stream = this.#output.newStream(codec);
    stream.timeBase = new Rational(1, TICKS_PER_SECOND);
    check(stream.codecpar.fromContext(this.#encoder), 'describe a video');
    // The index comes first, where a browser looks for it.
    setOptions(this.#output, { movflags: '+faststart' });
    check(this.#output.openOutputSync(), 'open a video file');
    check(this.#output.writeHeaderSync(), 'write a video file');
  }

  /** Number of pictures in the video. */
  get count(): number {
    return this.#count;
  }

  /** Appends a picture, scaled to the size of the video. @param timestampMs of any clock; not later than the last one: left out. */
  add(picture: Picture, timestampMs: number): void {
    this.#startMs ??= timestampMs;
    const tick = Math.round(timestampMs - this.#startMs);
    if (tick <= this.#lastTick) return;
    check(this.#frame.makeWritable(), 'reuse a frame');
    picture.scaleTo(this.#frame, this.#scaler);
    this.#frame.pts = BigInt(tick);
    check(this.#encoder.sendFrameSync(this.#frame), 'encode a video');
    this.#lastTick = tick;
    this.#count++;
    this.#write();
  }

  /** Completes the file. @throws RangeError without a picture */
  finish(): void {
    if (this.#count === 0) throw new RangeError('Expected at least one picture');
    check(this.#encoder.sendFrameSync(null), 'encode a video');
    this.#write();
    check(this.#output.writeTrailerSync(), 'complete a video file');
    this.#output.closeOutputSync();
  }

  /** Frees native memory; a file that was not finished stays incomplete. Idempotent. */
  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#encoder.freeContext();
    this.#output.freeContext();
    this.#scaler.freeContext();
    this.#packet.free();
    this.#frame.free();
  }

  #write(): void {
    while (this.#encoder.receivePacketSync(this.#packet) >= 0) {
      this.#packet.streamIndex = 0;
      // Of frames but the last, the muxer takes the time until the next one.
      this.#packet.duration = BigInt(LAST_FRAME_MS);
      const [stream] = this.#output.streams;
      if (stream) this.#packet.rescaleTs(new Rational(1, TICKS_PER_SECOND), stream.timeBase);
      check(this.#output.interleavedWriteFrameSync(this.#packet), 'write a video file');
    }
  }
}

function openEncoder(encoder: CodecContext, width: number, height: number): Codec {
  const codec = Codec.findEncoderByName(FF_ENCODER_LIBVPX_VP9);
  if (codec === null || codec.type !== AVMEDIA_TYPE_VIDEO) throw new Error('This build of FFmpeg has no VP9 encoder');
  encoder.allocContext3(codec);
  encoder.width = width;
  encoder.height = height;
  encoder.pixelFormat = AV_PIX_FMT_YUV420P;
  encoder.colorRange = AVCOL_RANGE_MPEG;
  encoder.colorSpace = AVCOL_SPC_BT470BG;
  encoder.timeBase = new Rational(1, TICKS_PER_SECOND);
  encoder.gopSize = KEY_FRAME_EVERY;
  encoder.bitRate = 0n;
  encoder.threadCount = 1;
  setOptions(encoder, { crf: QUALITY, deadline: 'realtime', 'cpu-used': 8, 'lag-in-frames': 0 });
  check(encoder.open2Sync(codec), 'open the VP9 encoder');
  return codec;
}

/** The size scaled down to fit, in even numbers as 4:2:0 needs. */
function fit({ width, height }: { width: number; height: number }, maxSide: number): { width: number; height: number } {
  const scale = Math.min(1, maxSide / Math.max(width, height));
  const even = (side: number) => Math.max(2, 2 * Math.round((side * scale) / 2));
  return { width: even(width), height: even(height) };
}
