/**
 * The one door to node-av: everything of FFmpeg that `codec` and `capture` use passes here. The low-level API only (`node-av/lib`);
 * the high-level one needs `Promise.withResolvers`, which Node 20 lacks.
 */
import { getSystemErrorMap } from 'node:util';
import { LookoutError } from '@lookout/protocol';
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

/** FFmpeg writes to stderr by itself, URLs with credentials included: it is told not to. What went wrong is in our errors. */
Log.setLevel(AV_LOG_QUIET);

/** Turns a native return code into an error that says what was being done. For calls that only fail when the machine does. */
export function check(code: number, doing: string): number {
  if (code < 0) throw new LookoutError('internal', `FFmpeg could not ${doing}: ${describe(code)}`);
  return code;
}

/** FFmpeg's own words for a return code. */
export function describe(code: number): string {
  return new FFmpegError(code).message;
}

/** The errno name of a return code that is one: `ECONNREFUSED`. */
export function errnoOf(code: number): string | undefined {
  return code < 0 && code > -1000 ? getSystemErrorMap().get(code)?.[0] : undefined;
}

/**
 * Sets options of a context before it is opened. Never hand a `Dictionary` to `open2`: node-av 6.1.1 frees it there and once
 * more when it is collected, which kills the process.
 */
export function setOptions(
  context: { setOption(name: string, value: string | number): number },
  options: Readonly<Record<string, string | number>>,
): void {
  for (const [name, value] of Object.entries(options)) check(context.setOption(name, value), `set the option ${name}`);
}

/** Allocates the native struct behind a wrapper of node-av. */
export function allocated<T extends { alloc(): void }>(wrapper: T): T {
  wrapper.alloc();
  return wrapper;
}

/** A frame with memory for its pixels. @param align of rows, bytes, a power of two; 0: as wide as the processor's widest registers */
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

/** A frame with its memory in view, a plane each; rows, and their number where it is odd, are longer than the picture. */
export interface OpenFrame {
  frame: Frame;
  planes: readonly Uint8Array[];
}

/**
 * Asked for its data, a frame keeps its memory until the garbage collector comes by: open frames are for those that stay, and are used
 * again and again.
 */
export function createOpenFrame(width: number, height: number, format: AVPixelFormat): OpenFrame {
  const frame = createPaddedFrame(width, height, format);
  const planes = frame.data!;
  frame.width = width;
  frame.height = height;
  return { frame, planes };
}

/** Between rows, and between rows of colour, in bytes. */
const ROW_ALIGNMENT = 64;
/** Of an encoder's own pictures, at each end of a row. */
const MARGIN_PIXELS = 16;
/** Pixels by which the rows of an open frame are longer than the picture is wide, at most. */
export const MOST_PADDING = 2 * MARGIN_PIXELS + 2 * ROW_ALIGNMENT;

/**
 * A full-range frame whose rows lie as far apart as in the pictures of FFmpeg's MJPEG encoder (libavcodec's `mpegpicture.c` and
 * `get_buffer.c`: a margin at both ends, and the rows of all planes aligned). The encoder takes such a frame as it is, where it copies
 * others first.
 */
function createPaddedFrame(width: number, height: number, format: AVPixelFormat): Frame {
  // Colour has half the pixels: twice its alignment suits all planes.
  const step = 2 * ROW_ALIGNMENT;
  const padded = Math.ceil((width + 2 * MARGIN_PIXELS) / step) * step;
  // Decoders write whole pixels of colour, so an even number of rows.
  const rows = Math.ceil(height / 2) * 2;
  return createFrame(padded, rows, format, AVCOL_RANGE_JPEG, AVCOL_SPC_BT470BG, ROW_ALIGNMENT);
}

/** Not initialised with sizes: the context then follows each frame's own size, format, range and matrix. */
export function createScaleContext(flags: number): SoftwareScaleContext {
  const context = new SoftwareScaleContext();
  context.allocContext();
  setOptions(context, { sws_flags: flags });
  return context;
}
