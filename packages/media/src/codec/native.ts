/**
 * The only module that imports node-av: everything that `codec` and `capture` use of FFmpeg comes from here. Only the low-level API
 * (`node-av/lib`): the high-level one needs `Promise.withResolvers`, which Node 20 lacks.
 */
import { getSystemErrorMap } from 'node:util';
import { LookoutError } from '@lookout/protocol/core';
import {
  AV_LOG_QUIET,
  AVCOL_RANGE_JPEG,
  AVCOL_SPC_BT470BG,
  type AVColorRange,
  type AVColorSpace,
  type AVPixelFormat,
} from 'node-av/constants';
import { FFmpegError, Frame, Log, SoftwareScaleContext } from 'node-av/lib';

export * from 'node-av/constants';
export {
  avGetCodecName,
  avGetPixFmtName,
  Codec,
  CodecContext,
  CodecParameters,
  Dictionary,
  FFmpegError,
  Filter,
  FilterContext,
  FilterGraph,
  FormatContext,
  Frame,
  HardwareDeviceContext,
  InputFormat,
  IOContext,
  Packet,
  Rational,
  SoftwareScaleContext,
  Stream,
} from 'node-av/lib';

/** FFmpeg would log to stderr by itself, including URLs with credentials. Our errors say what went wrong. */
Log.setLevel(AV_LOG_QUIET);

/** Turns a native error code into an error that says what was being done. For calls that fail only when the machine is in trouble. */
export function check(code: number, doing: string): number {
  if (code < 0) throw new LookoutError('internal', `FFmpeg could not ${doing}: ${describe(code)}`);
  return code;
}

/** FFmpeg's text for a return code. */
export function describe(code: number): string {
  return new FFmpegError(code).message;
}

/** The errno name of a return code that stands for one: `ECONNREFUSED`. */
export function errnoOf(code: number): string | undefined {
  return code < 0 && code > -1000 ? getSystemErrorMap().get(code)?.[0] : undefined;
}

/**
 * Sets options of a context before it is opened. Never pass a `Dictionary` to `open2`: node-av 6.1.1 frees it there and again when it is
 * garbage-collected, which crashes the process.
 */
export function setOptions(
  context: { setOption(name: string, value: string | number): number },
  options: Readonly<Record<string, string | number>>,
): void {
  for (const [name, value] of Object.entries(options)) check(context.setOption(name, value), `set the option ${name}`);
}

/** Allocates the native struct behind a node-av wrapper. */
export function allocated<T extends { alloc(): void }>(wrapper: T): T {
  wrapper.alloc();
  return wrapper;
}

/**
 * A frame with memory for its pixels. @param align alignment of rows, bytes, a power of two; 0: the width of the processor's widest
 * registers
 */
export function createFrame(
  width: number,
  height: number,
  format: AVPixelFormat,
  colorRange: AVColorRange,
  colorSpace: AVColorSpace,
  align = 0,
): Frame {
  const frame = allocated(new Frame());
  frame.width = width;
  frame.height = height;
  frame.format = format;
  frame.colorRange = colorRange;
  frame.colorSpace = colorSpace;
  check(frame.getBuffer(align), 'reserve a picture');
  return frame;
}

/** A frame with a view of the memory of each plane. Rows may be longer than the picture is wide, and their number is rounded up to even. */
export interface OpenFrame {
  frame: Frame;
  planes: readonly Uint8Array[];
}

/**
 * A frame whose data has been accessed keeps its memory until garbage collection, so use open frames only where they are kept and reused.
 */
export function createOpenFrame(width: number, height: number, format: AVPixelFormat): OpenFrame {
  const frame = createPaddedFrame(width, height, format);
  const planes = frame.data!;
  frame.width = width;
  frame.height = height;
  return { frame, planes };
}

/** Alignment of rows, also of chroma rows, in bytes. */
const ROW_ALIGNMENT = 64;
/** Margin of an encoder's own pictures, at each end of a row. */
const MARGIN_PIXELS = 16;
/** The most by which rows of an open frame are longer than the picture is wide, pixels. */
export const MOST_PADDING = 2 * MARGIN_PIXELS + 2 * ROW_ALIGNMENT;

/**
 * A full-range frame with the row layout of the pictures inside FFmpeg's MJPEG encoder (libavcodec's `mpegpicture.c` and `get_buffer.c`: a
 * margin at both ends, rows of all planes aligned). The encoder uses such a frame directly, where it would first copy others.
 */
function createPaddedFrame(width: number, height: number, format: AVPixelFormat): Frame {
  // Chroma has half the pixels, so twice its alignment suits all planes.
  const step = 2 * ROW_ALIGNMENT;
  const padded = Math.ceil((width + 2 * MARGIN_PIXELS) / step) * step;
  // Decoders write whole chroma pixels, so the number of rows is even.
  const rows = Math.ceil(height / 2) * 2;
  return createFrame(padded, rows, format, AVCOL_RANGE_JPEG, AVCOL_SPC_BT470BG, ROW_ALIGNMENT);
}

/** Not initialised with sizes, so the context follows the size, format, range and matrix of each frame. */
export function createScaleContext(flags: number): SoftwareScaleContext {
  const context = new SoftwareScaleContext();
  context.allocContext();
  setOptions(context, { sws_flags: flags });
  return context;
}
