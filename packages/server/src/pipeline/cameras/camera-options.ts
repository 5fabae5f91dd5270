import type { EncodedStream, JpegFrame, Source, SourceEvents } from '@lookout/media';
import type { CameraConfig, CameraState, Camera as CameraView, LookoutError } from '@lookout/protocol';
import type { ModelInfo, Tracker, TrackLife } from '@lookout/vision';
import type { AnalysisPool } from '../analysis/analysis-pool.js';
import type { Dispatcher } from '../analysis/dispatcher.js';
import type { AnalysedFrame, PassedAnalysis } from '../live/analysed-frame.js';
import type { ObservedFrame } from '../live/observed-frame.js';
import type { PictureMakerOptions } from '../live/picture-set.js';
import type { StatsSink } from './camera-stats.js';

export type CameraOrigin = CameraView['origin'];

/** A source that also learns whether its frames could be decoded. */
export interface CameraSource extends Source {
  /** A frame was analysed, but could not be decoded. */
  undecodable?(error: LookoutError): void;
  /** A frame was decoded. */
  decoded?(): void;
  /** Changes what is wanted of another node, frames per second. */
  want?(wanted: { readonly analyses: number; readonly pictures: number }): void;
}

/** What comes from a camera that another node reads. */
export interface PassedEvents {
  /** @param analysis undefined: it is not analysed, or not yet; then it may come again, after later ones */
  onPassed(frame: JpegFrame, analysis: PassedAnalysis | undefined): void;
}

/** Opens what comes from the nodes that read cameras. */
export interface PassedStreams {
  openFrames(camera: string, events: PassedEvents, firstFrameNumber: number): CameraSource;
  /** @param stream where the packets of its video go; it is cleared when they end */
  openPackets(camera: string, stream: EncodedStream): { close(): void };
}

/** A camera as the node that reads it sees it. */
export interface OwnersView {
  readonly view: CameraView;
  /** Why it is not live. */
  readonly error: LookoutError | undefined;
  readonly playing: Omit<PlayedConnection, 'publicReason'>;
}

/** Events from a camera's source; only published cameras emit `onThrottled`. */
export type CameraSourceEvents = SourceEvents & {
  /** A frame exceeded the publisher's rate limit and was dropped unread. */
  onThrottled(receivedMs: number): void;
};

/** What a source said last. */
export interface SourceState {
  state: CameraState;
  reason: string;
  error: LookoutError | undefined;
}

/** The connection that players of a camera's video depend on. */
export interface PlayedConnection extends SourceState {
  /** The reason for those who may not know the camera's address. */
  publicReason: string;
  /** FFmpeg's name; undefined if it is not known. */
  codec: string | undefined;
  /** Whether it is known to have B-frames. */
  reordered: boolean;
}

/** The values `auto` currently stands for. */
export interface AutoSettings {
  size: number;
  confidence: number;
}

export interface CameraOptions {
  config: CameraConfig;
  origin: CameraOrigin;
  /** Whether its zones, lines and masks are given by the settings file. */
  hasFixedRegions: boolean;
  /** Whether another node reads it, until `setElsewhere` says otherwise. */
  isElsewhere?: boolean;
  /** The node that reads it, if there are several. */
  node?(): string | undefined;
  /** Model for the next frames. */
  model(): ModelInfo;
  /** The model's execution provider. */
  device(): string;
  auto: AutoSettings;
  pool: AnalysisPool;
  dispatcher: Dispatcher;
  /** @param firstFrameNumber frame numbers continue when a source is reopened */
  openSource(config: CameraConfig, events: CameraSourceEvents, firstFrameNumber: number): CameraSource;
  /** Of cameras that other nodes read; absent: there are no others. */
  passed?: PassedStreams | undefined;
  createTracker(): Tracker;
  sink: StatsSink;
  onEncode: PictureMakerOptions['onEncode'];
  alarmed: NonNullable<PictureMakerOptions['alarmed']>;
  /** A frame was analysed here. Must not throw. */
  onAnalysed?(analysed: AnalysedFrame): void;
  /** When each class was last in view, Unix epoch ms. */
  lastSeen(): Readonly<Record<string, number>>;
  log: { info(details: object, message: string): void; warn(details: object, message: string): void };
  now(): number;
}

/** What a camera tells while it is open. */
export interface CameraEvents {
  /** `state`: its state or the reason; `changed`: its configuration, or what its frames look like. */
  onChange(kind: 'state' | 'changed'): void;
  /** @param lives at least one, of one analysed frame */
  onLives(lives: readonly TrackLife[]): void;
  /** What an analysed frame shows; in the order of the frames. Must not throw. */
  onObserved(observed: ObservedFrame): void;
}
