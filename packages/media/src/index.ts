/** Everything of `media` that is safe on the main thread: no native code is loaded. The codec is in `@lookout/media/codec`. */
export { CaptureAttempt, type CaptureAttemptOptions } from './capture/capture-attempt.js';
export * from './clock.js';
export { decodePercent, redactUrl, type SplitUrl, splitCredentials } from './credentials.js';
export * from './frame.js';
export {
  DEFAULT_JPEG_LIMITS,
  isCompleteJpeg,
  type JpegHeader,
  type JpegLimits,
  readJpegHeader,
} from './jpeg/jpeg-header.js';
export * from './latest.js';
export { machineError, openFailure } from './machine-error.js';
export { HttpAttempt, type HttpAttemptOptions } from './mjpeg/http-attempt.js';
export { MultipartParser, type MultipartParserEvents, type MultipartParserOptions } from './mjpeg/multipart-parser.js';
export type { AddressLimits } from './network/address-guard.js';
export { createAttempt, type OpenSourceOptions, openSource } from './open-source.js';
export { type ProbeSourceOptions, probeSource, type SourceProbe } from './probe-source.js';
export { PulledSource, type PulledSourceOptions } from './pulled-source.js';
export {
  type AccessUnit,
  RtspClient,
  type RtspClientOptions,
  type RtspHandlers,
  type RtspTrack,
} from './rtsp/rtsp-client.js';
export * from './source.js';
export {
  parseSourceUrl,
  type SourceAddress,
  type SourceKind,
  type SourceUrlOptions,
  validateSourceUrl,
} from './source-url.js';
export { type Orientation, readExifOrientation } from './still/exif-orientation.js';
export {
  nameOtherFormat,
  readStillHeader,
  type StillFormat,
  type StillHeader,
  type StillLimits,
  sniffStill,
  uprightSize,
} from './still/still-header.js';
export { pinOf, UntrustedCertificateError } from './tls-pin.js';
