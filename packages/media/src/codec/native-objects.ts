import {
  type AVColorRange,
  type AVColorSpace,
  type AVPixelFormat,
  check,
  Frame,
  SoftwareScaleContext,
  setOptions,
} from './native.js';

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

/** Not initialised with sizes: the context then follows each frame's own size, format, range and matrix. */
export function createScaleContext(flags: number): SoftwareScaleContext {
  const context = new SoftwareScaleContext();
  context.allocContext();
  setOptions(context, { sws_flags: flags });
  return context;
}
