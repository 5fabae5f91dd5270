/** Everything in `media` that is safe on the main thread: no native code is loaded. The codec is in `@lookout/media/codec`. */
export { CaptureAttempt, type CaptureAttemptOptions } from './capture/capture-attempt.js';
export { openPacketDecoder, type PacketDecoder, type PacketDecoderEvents } from './capture/packet-decoder.js';
export type { Overlay } from './codec/draw-overlay.js';
export type { DecodeMode } from './encoded/decode-policy.js';
export type { EncodedFormat, EncodedPacket, PacketLimits } from './encoded/encoded-packet.js';
export { type EncodedCounts, EncodedStream, GROUP_LIMITS, type PictureGroup } from './encoded/encoded-stream.js';
export { PacketStamper, type PacketTimes } from './encoded/packet-stamper.js';
export { StreamClock, type StreamClockOptions } from './encoded/stream-clock.js';
export type { StreamTaker, TakerCounts, TakerOptions } from './encoded/stream-taker.js';
export { initSegment, mediaSegment } from './fmp4/segments.js';
export { sampleEntryOf, videoConfigOf } from './fmp4/video-config.js';
export type { VideoConfig } from './fmp4/video-track.js';
export * from './frame/clock.js';
export * from './frame/frame.js';
export * from './frame/latest.js';
export {
  DEFAULT_JPEG_LIMITS,
  isCompleteJpeg,
  type JpegHeader,
  type JpegLimits,
  readJpegHeader,
} from './jpeg/jpeg-header.js';
export { HttpAttempt, type HttpAttemptOptions } from './mjpeg/http-attempt.js';
export { MultipartParser, type MultipartParserEvents, type MultipartParserOptions } from './mjpeg/multipart-parser.js';
export type { AddressLimits } from './network/address-guard.js';
export { isForbidden, reachOf } from './network/reach.js';
export type { OnvifDescription } from './onvif/describe-device.js';
export type { OnvifDevice, OnvifSearch } from './onvif/find-devices.js';
export { type DescribeOnvifOptions, describeOnvifDevice, findOnvifDevices } from './onvif/onvif.js';
export { typedServiceAddress } from './onvif/own-host.js';
export { createAttempt, type OpenSourceOptions, openSource } from './open-source.js';
export { type ProbeSourceOptions, probeSource, type SourceProbe } from './probe-source.js';
export type { RtmpVideoCodec } from './rtmp/flv-video.js';
export type { RtmpMetadata } from './rtmp/metadata.js';
export type { RtmpVideoPacket } from './rtmp/published-media.js';
export type {
  PublishAnswer,
  RtmpConnectionEnd,
  RtmpPublication,
  RtmpPublisherInfo,
  RtmpSink,
} from './rtmp/rtmp-connection.js';
export type { RtmpEnd, RtmpEndReason } from './rtmp/rtmp-error.js';
export { RtmpListener, type RtmpListenerOptions } from './rtmp/rtmp-listener.js';
export type { RtpPacket } from './rtsp/depacketizer.js';
export {
  type AccessUnit,
  RtspClient,
  type RtspClientOptions,
  type RtspHandlers,
  type RtspTrack,
} from './rtsp/rtsp-client.js';
export { decodePercent, redactUrl, type SplitUrl, splitCredentials } from './source/credentials.js';
export { machineError, openFailure } from './source/machine-error.js';
export { PulledSource, type PulledSourceOptions } from './source/pulled-source.js';
export * from './source/source.js';
export {
  parseSourceUrl,
  type SourceAddress,
  type SourceKind,
  type SourceUrlOptions,
  validateSourceUrl,
} from './source/source-url.js';
export { pinOf, UntrustedCertificateError } from './source/tls-pin.js';
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
export { packetizeH264, profileLevelId } from './webrtc/h264-packetizer.js';
export { tryIceServer } from './webrtc/ice-server.js';
export type {
  IceServer,
  OpenPeer,
  PeerCounts,
  PeerEvents,
  PeerNetwork,
  PeerTransport,
  TcpNetwork,
} from './webrtc/peer-transport.js';
export { rtpTicksAt, rtpTimestampOf } from './webrtc/rtp-clock.js';
export { completeAnswer } from './webrtc/session-answer.js';
export { readOffer, type SessionOffer, type WebRtcCodec } from './webrtc/session-offer.js';
export { type EndedTcpPeer, PassiveTcp } from './webrtc/tcp/passive-tcp.js';
export { readTrickled } from './webrtc/trickle.js';
export { VideoReceiver, type VideoReceiverOptions } from './webrtc/video-receiver.js';
export { type SendingEnd, VideoSender, type VideoSenderOptions } from './webrtc/video-sender.js';
export { type PeerFactory, weriftPeers } from './webrtc/werift-peer.js';
