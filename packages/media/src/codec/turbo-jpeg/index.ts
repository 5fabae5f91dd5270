export { TurboJpegDecoder } from './decoder.js';
export { TurboJpegEncoder } from './encoder.js';
export { whyNoTurboJpeg } from './library.js';
