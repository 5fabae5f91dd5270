import { AV_CODEC_FLAG_LOW_DELAY, AV_CODEC_ID_H264, AV_CODEC_ID_MJPEG } from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, Frame, Packet } from 'node-av/lib';

export interface LumaPicture {
  readonly luma: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly stride: number;
}

/** Decodes H.264 access units without B-frames; `undefined` for a unit that gives no picture (before the first keyframe). */
export function decodeLuma(units: readonly Uint8Array[]): Promise<(LumaPicture | undefined)[]> {
  return decode(AV_CODEC_ID_H264, units);
}

/** Decodes JPEGs; `undefined` for one that is broken. */
export function decodeJpegLuma(jpegs: readonly Uint8Array[]): Promise<(LumaPicture | undefined)[]> {
  return decode(AV_CODEC_ID_MJPEG, jpegs);
}

async function decode(
  id: typeof AV_CODEC_ID_H264 | typeof AV_CODEC_ID_MJPEG,
  units: readonly Uint8Array[],
): Promise<(LumaPicture | undefined)[]> {
  const codec = Codec.findDecoder(id);
  if (!codec) throw new Error('This FFmpeg lacks a decoder');
  const context = new CodecContext();
  context.allocContext3(codec);
  context.threadCount = 1;
  context.setFlags(AV_CODEC_FLAG_LOW_DELAY);
  FFmpegError.throwIfError(await context.open2(codec, null), 'open the decoder');
  const packet = new Packet();
  packet.alloc();
  const frame = new Frame();
  frame.alloc();
  const pictures: (LumaPicture | undefined)[] = [];
  for (const unit of units) {
    packet.data = Buffer.from(unit);
    const sent = await context.sendPacket(packet);
    packet.unref();
    pictures.push(sent >= 0 && (await context.receiveFrame(frame)) >= 0 ? luma(frame) : undefined);
  }
  frame.free();
  packet.free();
  context.freeContext();
  return pictures;
}

function luma(frame: Frame): LumaPicture | undefined {
  const plane = frame.data?.[0];
  const stride = frame.linesize[0];
  if (!plane || stride === undefined) return undefined;
  return { luma: Uint8Array.from(plane), width: frame.width, height: frame.height, stride };
}
