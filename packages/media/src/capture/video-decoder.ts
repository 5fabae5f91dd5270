import { LookoutError } from '@lookout/protocol/core';
import {
  AV_CODEC_FLAG_LOW_DELAY,
  AV_CODEC_ID_AV1,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_HEVC,
  AV_CODEC_ID_MJPEG,
  AV_CODEC_ID_MPEG1VIDEO,
  AV_CODEC_ID_MPEG2VIDEO,
  AV_CODEC_ID_MPEG4,
  AV_CODEC_ID_VP8,
  AV_CODEC_ID_VP9,
  AV_FRAME_FLAG_CORRUPT,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  allocated,
  Codec,
  CodecContext,
  type CodecParameters,
  check,
  describe,
  FF_THREAD_SLICE,
  type Frame,
  Packet,
  setOptions,
} from '../codec/native.js';
import type { PictureTools } from '../codec/picture-tools.js';
import type { DecodeDevice } from '../source/source.js';
import { type HardwareDevice, openHardware } from './hardware-device.js';

/** Codecs of streams that come without a container. */
export type StreamedCodec = keyof typeof CODEC_IDS;

/** What to decode: described by a container, or by the name of a codec whose data describes itself. */
export type CodecDescription =
  | { parameters: CodecParameters }
  | { codec: StreamedCodec; extradata?: Uint8Array | undefined };

export interface DecoderHandlers {
  /** @param frame owned by the receiver. @param mediaMs as given with its packet; increases, since frames come in presentation order. */
  onFrame(frame: Frame, mediaMs: number): void;
  onInvalid(reason: string): void;
  /** What decodes from now on: `software`, or the type of a device. */
  onDecoder?(name: string): void;
}

const CODEC_IDS = {
  h264: AV_CODEC_ID_H264,
  hevc: AV_CODEC_ID_HEVC,
  vp8: AV_CODEC_ID_VP8,
  vp9: AV_CODEC_ID_VP9,
  av1: AV_CODEC_ID_AV1,
  mjpeg: AV_CODEC_ID_MJPEG,
} as const;
/** With the low-delay flag, FFmpeg's decoders of these codecs assume that there are no B-frames and output them out of order. */
const IN_ORDER_ONLY: ReadonlySet<number> = new Set([AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_MPEG4]);
/** From this size on, one core is not enough for every stream. Slices can be decoded in parallel without delay. */
const TWO_THREADS_FROM_PIXELS = 1920 * 1080;
const MAX_PIXELS = 40_000_000;
/** A camera that sends no keyframe in this many packets never will (intra refresh): decode anyway, and its picture builds up. */
const MAX_WAIT_PACKETS = 300;
/** A device that has decoded before is given up after this many failures in a row; one that has not, after the first. */
const MAX_HARDWARE_FAILURES = 3;
/** Packet times pass through the decoder as whole microseconds. */
const US = 1000;

/**
 * A synchronous video decoder. It begins at a keyframe, and after damage waits for the next one, so that no smeared picture is output.
 * Frames are output in presentation order. With `lowDelay`, none is held back longer than that order requires: without B-frames, each
 * packet yields its frame at once.
 *
 * A device decodes if one is wanted, opens and works; its frames are downloaded before `onFrame`. Otherwise, and from its failure on, the CPU
 * does.
 */
export class VideoDecoder implements Disposable {
  readonly #description: CodecDescription;
  readonly #lowDelay: boolean;
  #context: CodecContext;
  /** Freed with the decoder, also if it has been given up. */
  readonly #hardware: HardwareDevice | undefined;
  #usesHardware: boolean;
  #hardwareFailures = MAX_HARDWARE_FAILURES - 1;
  readonly #tools: PictureTools;
  readonly #handlers: DecoderHandlers;
  readonly #packet = allocated(new Packet());
  readonly #everyFrameIsKey: boolean;
  #waitingForKeyframe = true;
  #waitedPackets = 0;

  constructor(
    description: CodecDescription,
    lowDelay: boolean,
    tools: PictureTools,
    handlers: DecoderHandlers,
    device: DecodeDevice = 'software',
  ) {
    this.#description = description;
    this.#lowDelay = lowDelay;
    this.#tools = tools;
    this.#handlers = handlers;
    const { context, hardware } = openOn(device, description, lowDelay);
    this.#context = context;
    this.#hardware = hardware;
    this.#usesHardware = hardware !== undefined;
    handlers.onDecoder?.(hardware?.name ?? 'software');
    this.#everyFrameIsKey = this.#context.codecId === AV_CODEC_ID_MJPEG;
  }

  /** Data is missing: nothing before the next keyframe can be decoded cleanly. */
  lost(): void {
    if (!this.#everyFrameIsKey) this.#waitingForKeyframe = true;
  }

  /** Decodes a raw access unit. @param data read before this returns. */
  decode(data: Uint8Array, keyframe: boolean, mediaMs: number): void {
    this.#packet.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    this.#packet.isKeyframe = keyframe;
    this.decodePacket(this.#packet, mediaMs);
    this.#packet.unref();
  }

  /** @param packet from a demuxer; its timestamps are replaced. */
  decodePacket(packet: Packet, mediaMs: number): void {
    if (!this.#accepts(packet)) return;
    packet.pts = BigInt(Math.round(mediaMs * US));
    packet.dts = packet.pts;
    const sent = this.#context.sendPacketSync(packet);
    if (sent < 0) this.#damaged(describe(sent));
    this.#receive();
  }

  /** Outputs what the decoder still holds (B-frames), at the end of a recording. Decoding can continue afterwards, from a keyframe. */
  drain(): void {
    this.#context.sendPacketSync(null);
    this.#receive();
    this.flush();
  }

  /** Discards all state: the stream jumps. */
  flush(): void {
    this.#context.flushBuffers();
    this.#waitingForKeyframe = true;
    this.#waitedPackets = 0;
  }

  close(): void {
    this.#context.freeContext();
    this.#hardware?.context.free();
    this.#packet.free();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #accepts(packet: Packet): boolean {
    if (!this.#waitingForKeyframe || this.#everyFrameIsKey || packet.isKeyframe) {
      this.#waitingForKeyframe = false;
      this.#waitedPackets = 0;
      return true;
    }
    this.#waitedPackets++;
    if (this.#waitedPackets > MAX_WAIT_PACKETS) this.#waitingForKeyframe = false;
    return !this.#waitingForKeyframe;
  }

  #receive(): void {
    for (;;) {
      const frame = this.#tools.takeFrame();
      const code = this.#context.receiveFrameSync(frame);
      if (code >= 0 && frame.decodeErrorFlags === 0 && !frame.hasFlags(AV_FRAME_FLAG_CORRUPT)) {
        this.#deliver(frame);
        continue;
      }
      this.#tools.giveBack(frame);
      if (code === AVERROR_EAGAIN || code === AVERROR_EOF) return;
      this.#damaged(code >= 0 ? 'parts of the picture could not be decoded' : describe(code));
      if (code < 0) return;
    }
  }

  #deliver(frame: Frame): void {
    const mediaMs = Number(frame.pts) / US;
    if (frame.format !== this.#hardware?.pixelFormat) {
      // The device does not decode this kind of video, and FFmpeg has turned to the CPU by itself.
      this.#leaveHardware();
      this.#handlers.onFrame(frame, mediaMs);
      return;
    }
    const downloaded = this.#tools.takeFrame();
    const code = frame.hwframeTransferDataSync(downloaded);
    if (code >= 0) downloaded.copyProps(frame);
    this.#tools.giveBack(frame);
    if (code < 0) {
      this.#tools.giveBack(downloaded);
      this.#damaged(describe(code));
      return;
    }
    this.#hardwareFailures = 0;
    this.#handlers.onFrame(downloaded, mediaMs);
  }

  #damaged(reason: string): void {
    this.lost();
    this.#handlers.onInvalid(reason);
    if (!this.#usesHardware || ++this.#hardwareFailures < MAX_HARDWARE_FAILURES) return;
    this.#leaveHardware();
    this.#context.freeContext();
    this.#context = openContext(this.#description, this.#lowDelay);
  }

  #leaveHardware(): void {
    if (!this.#usesHardware) return;
    this.#usesHardware = false;
    this.#handlers.onDecoder?.('software');
  }
}

/** @throws LookoutError `camera_unsupported` for a codec that is not streamed without a container. */
export function codecOf(name: string): StreamedCodec {
  if (Object.hasOwn(CODEC_IDS, name)) return name as StreamedCodec;
  throw new LookoutError('camera_unsupported', `Video in ${name} can't be decoded`, {
    hint: `Send ${Object.keys(CODEC_IDS).slice(0, 5).join(', ')}.`,
  });
}

function codecFor(description: CodecDescription): Codec {
  const id = 'parameters' in description ? description.parameters.codecId : CODEC_IDS[description.codec];
  const codec = Codec.findDecoder(id);
  if (codec === null) throw new Error(`No decoder for codec ${id}`);
  return codec;
}

function openOn(
  device: DecodeDevice,
  description: CodecDescription,
  lowDelay: boolean,
): { context: CodecContext; hardware: HardwareDevice | undefined } {
  const codec = codecFor(description);
  // JPEGs are decoded faster than they could be downloaded.
  const hardware = codec.id === AV_CODEC_ID_MJPEG ? undefined : openHardware(codec, device);
  if (hardware === undefined) return { context: openContext(description, lowDelay), hardware };
  try {
    return { context: openContext(description, lowDelay, hardware), hardware };
  } catch {
    // Whatever is wrong with the device, the CPU decodes; if it is the stream, that is found out again.
    hardware.context.free();
    return { context: openContext(description, lowDelay), hardware: undefined };
  }
}

function openContext(description: CodecDescription, lowDelay: boolean, hardware?: HardwareDevice): CodecContext {
  const codec = codecFor(description);
  const context = new CodecContext();
  context.allocContext3(codec);
  if ('parameters' in description) check(context.parametersToContext(description.parameters), 'set up the decoder');
  else if (description.extradata !== undefined) context.extraData = Buffer.from(description.extradata);
  const large = context.width * context.height >= TWO_THREADS_FROM_PIXELS;
  context.threadCount = large ? 2 : 1;
  context.threadType = FF_THREAD_SLICE;
  if (hardware !== undefined) {
    context.threadCount = 1;
    context.hwDeviceCtx = hardware.context;
    context.setHardwarePixelFormat(hardware.pixelFormat);
  }
  if (lowDelay && !IN_ORDER_ONLY.has(codec.id)) context.setFlags(AV_CODEC_FLAG_LOW_DELAY);
  setOptions(context, { max_pixels: MAX_PIXELS });
  const opened = context.open2Sync(codec);
  if (opened < 0) {
    context.freeContext();
    check(opened, 'open the decoder');
  }
  return context;
}
