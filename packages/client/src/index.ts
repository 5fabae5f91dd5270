export { Backoff, type BackoffOptions, decodeRle, LookoutError } from '@lookout/protocol';
export { LookoutClient, type LookoutClientOptions } from './client.js';
export type { ServerSentEvent } from './connection/follow-events.js';
export type { PeerSession } from './connection/peer-session.js';
export { RequestError, type RequestOptions } from './connection/request.js';
export type { OpenSocket, Socket } from './connection/socket.js';
export type { StreamState, StreamSubscription, SubscribeOptions } from './connection/subscribe.js';
export type { DetectOptions } from './detect/detect-image.js';
export { type ImageInput, MAX_IMAGE_BYTES } from './detect/detect-image.js';
export type {
  DetectionSession,
  DetectionSessionCounts,
  DetectionSessionState,
  DroppedFrame,
  FailedFrame,
  FrameId,
  FrameOptions,
  FrameResult,
  OpenDetectionSessionOptions,
  StreamedFrame,
} from './detect/detect-types.js';
export {
  type CameraControls,
  CameraSource,
  type CameraSourceOptions,
  type SourceChoice,
  type SourceState,
} from './publish/capture/camera-source.js';
export type { CaptureMethod, CaptureStats } from './publish/capture/capture-messages.js';
export { type AwakeState, KeepAwake } from './publish/capture/keep-awake.js';
export type { MediaProblem } from './publish/capture/media-problem.js';
export type { PublishTrackOptions, TrackOptions, TrackPublisher } from './publish/capture/track-publisher.js';
export type {
  EncodeTarget,
  FrameClaim,
  PictureInfo,
  PublishControl,
  PublishDrops,
  Publisher,
  PublishOptions,
  PublishState,
  PublishStats,
} from './publish/publish-types.js';
export type { SegmentCalls } from './segments.js';
export { type Clock, ClockOffset, systemClock } from './timing/clock.js';
export { StatsWindow } from './timing/stats-window.js';
export type * from './types.js';
export type { CamerasOptions } from './watch/cameras.js';
export type { DetectionsOptions } from './watch/detections.js';
export type { EventChangesOptions, EventChangeTold } from './watch/event-changes.js';
export { NewestFirst } from './watch/newest-first.js';
export type {
  QualityChange,
  SharedFrame,
  SharedWatch,
  SharedWatchOptions,
  SharedWatchState,
  SharedWatchStats,
} from './watch/shared-types.js';
export { FramePairing, type PairedFrame } from './watch/viewer-messages.js';
export type { Watch, WatchedFrame, WatchOptions, WatchState, WatchStats } from './watch/watch-types.js';
