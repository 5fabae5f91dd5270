/** The picture codec, on FFmpeg: for worker threads only. Importing it loads native code. */
export { type DecoderReport, probeDecoders } from './decoders.js';
export { Picture } from './picture.js';
export { PictureCodec, type PictureCodecOptions } from './picture-codec.js';
