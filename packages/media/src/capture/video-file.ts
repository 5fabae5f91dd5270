import { LookoutError } from '@lookout/protocol/core';
import {
  AV_NOPTS_VALUE,
  AV_PKT_FLAG_CORRUPT,
  AVDISCARD_ALL,
  AVERROR_EOF,
  AVERROR_INVALIDDATA,
  AVMEDIA_TYPE_VIDEO,
  allocated,
  avGetCodecName,
  FormatContext,
  type Frame,
  Packet,
  type Stream,
} from '../codec/native.js';
import { Picture } from '../codec/picture.js';
import { PictureTools } from '../codec/picture-tools.js';
import { nowMs } from '../frame/clock.js';
import { BlindLimit } from './blind-limit.js';
import { CustomInput } from './custom-input.js';
import { openError, readError } from './demux-errors.js';
import { planInput } from './input-plan.js';
import { openInput, openVideoFile } from './open-input.js';
import { VideoDecoder } from './video-decoder.js';

/** One picture of a recording, in presentation order. */
export interface VideoFilePicture {
  /** Index of the picture in the file, from 0. Broken pictures are not counted. */
  number: number;
  /** Position in the video, ms from its beginning. */
  positionMs: number;
  /** Owned by the receiver, who must close it before the file. */
  picture: Picture;
}

/** A file opened in FFmpeg. */
interface OpenedFile {
  custom: CustomInput;
  limit: BlindLimit;
  /** Call after FFmpeg has closed it. */
  close(): void;
}

/** Unreadable stretches in a row before giving up on a file. */
const MAX_BROKEN_PACKETS = 100;
/** Disks that spin up take some seconds. */
const STALL_MS = 60_000;
const DEFAULT_FRAME_MS = 40;

/**
 * A recorded video (or a picture of a common format), read as fast as the receiver takes its pictures. Nothing is read ahead: whatever the
 * length, only one picture and the decoder's state are in memory. For live sources, and to play a video at its own speed, use `openSource`.
 *
 * ```ts
 * await using file = await VideoFile.open('/srv/yard.mp4');
 * for await (const { positionMs, picture } of file.pictures()) {
 *   …
 *   picture.close();
 * }
 * ```
 */
export class VideoFile implements AsyncDisposable {
  /** h264, msmpeg4v3, png … */
  readonly codec: string;
  /** Whether the format is one of still pictures. */
  readonly isPicture: boolean;
  /** Undefined when the file does not state it. */
  readonly durationMs: number | undefined;
  readonly #context: FormatContext;
  readonly #input: OpenedFile;
  readonly #stream: Stream;
  readonly #frameMs: number;
  readonly #tools = new PictureTools();
  #brokenCount = 0;
  #hasTimes = true;
  #closed = false;

  private constructor(context: FormatContext, stream: Stream, input: OpenedFile) {
    this.#context = context;
    this.#input = input;
    this.#stream = stream;
    this.codec = avGetCodecName(stream.codecpar.codecId) ?? 'unknown';
    this.isPicture = /(?:^image2|_pipe)$/.test(context.iformat?.name ?? '');
    this.durationMs = context.duration > 0n ? Number(context.duration) / 1000 : undefined;
    const { num, den } = stream.avgFrameRate;
    this.#frameMs = num > 0 && den > 0 ? (1000 * den) / num : DEFAULT_FRAME_MS;
  }

  /**
   * @param path absolute, or a `file:` URL.
   * @throws LookoutError `camera_not_found`, `camera_refused`, or `camera_unsupported` when it is not a readable video.
   */
  static async open(path: string): Promise<VideoFile> {
    const plan = planInput(path);
    if (plan.path === undefined) throw new TypeError('Expected the path of a file');
    const input = await openFile(plan.path);
    const context = new FormatContext();
    context.allocContext();
    try {
      input.custom.attach(context);
      let code = await openInput(context, plan, () => false);
      if (code >= 0) code = await context.findStreamInfo(null);
      if (code < 0) throw input.custom.failure ?? openError(code, plan.transport);
      const index = context.findBestStream(AVMEDIA_TYPE_VIDEO);
      const stream = context.streams.find((candidate) => candidate.index === index);
      if (stream === undefined) throw new LookoutError('camera_unsupported', 'It contains no video');
      for (const other of context.streams) if (other.index !== index) other.discard = AVDISCARD_ALL;
      return new VideoFile(context, stream, input);
    } catch (error) {
      await context.closeInput();
      input.close();
      throw error;
    }
  }

  /** Damaged pictures and stretches skipped so far. */
  get brokenCount(): number {
    return this.#brokenCount;
  }

  /** Yields every picture. Call it once, and end it before `close`. @throws LookoutError when the file can't be read on. */
  async *pictures(): AsyncGenerator<VideoFilePicture, void, void> {
    const decoded: { frame: Frame; positionMs: number | undefined }[] = [];
    const packet = allocated(new Packet());
    const parameters = this.#stream.codecpar;
    const decoder = new VideoDecoder({ parameters }, false, this.#tools, {
      onFrame: (frame, positionMs) => {
        this.#input.limit.reset();
        decoded.push({ frame, positionMs: this.#hasTimes ? positionMs : undefined });
      },
      onInvalid: () => this.#brokenCount++,
    });
    let number = 0;
    try {
      for (let more = true; more; ) {
        more = await this.#decodeNext(packet, decoder);
        for (let next = decoded.shift(); next !== undefined; next = decoded.shift()) {
          const { frame, positionMs } = next;
          // Raw streams have no times: their pictures follow each other at the nominal rate, in the order they are output.
          yield { number, positionMs: positionMs ?? number * this.#frameMs, picture: new Picture(this.#tools, frame) };
          number++;
        }
      }
    } finally {
      for (const { frame } of decoded) this.#tools.giveBack(frame);
      decoder.close();
      packet.free();
    }
  }

  /** Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#tools.close();
    await this.#context.closeInput();
    this.#input.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Reads up to the next packet of the video and decodes it. @returns false at the end. */
  async #decodeNext(packet: Packet, decoder: VideoDecoder): Promise<boolean> {
    for (let broken = 0; ; ) {
      const code = await this.#context.readFrame(packet);
      if (code < 0 && this.#input.custom.failure !== undefined) throw this.#input.custom.failure;
      if (code === AVERROR_EOF) {
        decoder.drain();
        return false;
      }
      if (code === AVERROR_INVALIDDATA && ++broken <= MAX_BROKEN_PACKETS) {
        decoder.lost();
        this.#brokenCount++;
        continue;
      }
      if (code < 0) throw readError(code, 'file');
      try {
        if (packet.streamIndex !== this.#stream.index) continue;
        if (packet.hasFlags(AV_PKT_FLAG_CORRUPT)) {
          decoder.lost();
          this.#brokenCount++;
          continue;
        }
        decoder.decodePacket(packet, this.#positionOf(packet));
        return true;
      } finally {
        packet.unref();
      }
    }
  }

  #positionOf({ pts, dts }: Packet): number {
    const timestamp = pts === AV_NOPTS_VALUE ? dts : pts;
    const { startTime, timeBase } = this.#stream;
    this.#hasTimes = timestamp !== AV_NOPTS_VALUE;
    if (!this.#hasTimes) return 0;
    const start = startTime === AV_NOPTS_VALUE ? 0n : startTime;
    return Math.max(0, (Number(timestamp - start) * 1000 * timeBase.num) / timeBase.den);
  }
}

async function openFile(path: string): Promise<OpenedFile> {
  const { bytes, close } = await openVideoFile(path, new AbortController().signal);
  const limit = new BlindLimit(nowMs);
  const custom = new CustomInput(bytes, limit, STALL_MS);
  return {
    custom,
    limit,
    close: () => {
      custom.free();
      close();
    },
  };
}
