/** Pictures and recordings, by FFmpeg: for worker threads and commands only. Importing it loads native code. */
export { VideoFile, type VideoFilePicture } from './capture/video-file.js';
export { ClipEncoder, type ClipEncoderOptions } from './codec/clip-encoder.js';
export { type DecoderReport, probeDecoders } from './codec/decoders.js';
export { Picture } from './codec/picture.js';
export { PictureCodec, type PictureCodecOptions } from './codec/picture-codec.js';
export { whyNoTurboJpeg } from './codec/turbo-jpeg.js';
export { warmUp } from './codec/warm-up.js';
// Also of the main entry, which loads all sources: worker threads need no more than these.
export { nowMs } from './frame/clock.js';
export { type StillHeader, uprightSize } from './still/still-header.js';
export { layUpright } from './still/turn-upright.js';
