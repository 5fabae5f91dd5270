/** Pictures and recordings, on FFmpeg: for worker threads and commands only. Importing it loads native code. */
export { VideoFile, type VideoFilePicture } from '../capture/video-file.js';
export { layUpright } from '../still/turn-upright.js';
export { type DecoderReport, probeDecoders } from './decoders.js';
export { Picture } from './picture.js';
export { PictureCodec, type PictureCodecOptions } from './picture-codec.js';
export { whyNoTurboJpeg } from './turbo-jpeg.js';
export { warmUp } from './warm-up.js';
