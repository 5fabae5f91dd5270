/** Everything of `media` that is safe on the main thread: no native code is loaded. The codec is in `@lookout/media/codec`. */
export * from './clock.js';
export * from './frame.js';
export {
  DEFAULT_JPEG_LIMITS,
  isCompleteJpeg,
  type JpegHeader,
  type JpegLimits,
  readJpegHeader,
} from './jpeg/jpeg-header.js';
export * from './latest.js';
export * from './source.js';
