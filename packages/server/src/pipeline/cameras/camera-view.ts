import { redactUrl, type StreamInfo, toEpochMs } from '@lookout/media';
import { type CameraConfig, type CameraDetailStats, type Camera as CameraView, MOVING_REASON } from '@lookout/protocol';
import type { AnalysisLane } from '../live/analysis-lane.js';
import type { LiveHub } from '../live/live-hub.js';
import type { CameraOptions, OwnersView, PlayedConnection } from './camera-options.js';
import type { CameraStatsRecorder } from './camera-stats.js';
import type { CameraStatus } from './camera-status.js';
import type { CameraVideo } from './camera-video.js';
import { warnOfClasses } from './check-classes.js';
import type { MainStream } from './main-stream.js';
import { publicReason } from './public-reason.js';

export interface ViewedCamera {
  readonly config: CameraConfig;
  readonly options: Pick<
    CameraOptions,
    'origin' | 'hasFixedRegions' | 'model' | 'device' | 'node' | 'lastSeen' | 'now'
  >;
  readonly status: CameraStatus;
  readonly info: StreamInfo | undefined;
  readonly main: MainStream | undefined;
  /** What players of its video get. */
  readonly video: CameraVideo;
  /** The stream that is analysed. */
  readonly analysed: CameraVideo;
  readonly stats: CameraStatsRecorder;
  /** What the node that reads it says. */
  readonly owners: OwnersView | undefined;
  /** Requested classes that the model does not have. */
  readonly unknownClasses: readonly string[];
}

interface Analysed {
  readonly lane: AnalysisLane;
  readonly hub: LiveHub;
}

/** A camera as the API returns it, without links. */
export function viewOf(camera: ViewedCamera): CameraView {
  const { config, options, status, info, main, video, analysed, stats, owners, unknownClasses } = camera;
  const node = options.node?.();
  const warnings = [warnOfClasses([...unknownClasses], options.model()), analysed.warning].filter(
    (warning) => warning !== undefined,
  );
  return {
    ...config,
    ...(config.url !== undefined && { url: redactUrl(config.url) }),
    ...(config.sub_url !== undefined && { sub_url: redactUrl(config.sub_url) }),
    state: status.state,
    state_reason: reasonOf(status.reason, config, node),
    state_since: Math.round(toEpochMs(status.sinceMs)),
    origin: options.origin,
    ...(node !== undefined && { node }),
    ...(options.hasFixedRegions && { regions_fixed: true }),
    ...(info && { width: info.width, height: info.height, codec: info.codec, video: video.view(info) }),
    ...(main && { main: main.view, video: main.video }),
    fps: analysed.fps ?? stats.receivedFps(options.now()),
    last_seen: { ...options.lastSeen() },
    ...(warnings.length > 0 && { warning: warnings.join(' ') }),
    ...(owners && seenByOwner(owners.view)),
  };
}

function reasonOf(reason: string, { needs = [] }: CameraConfig, node: string | undefined): string {
  if (reason !== MOVING_REASON || node !== undefined || needs.length === 0) return reason;
  return `No node reads it: it needs one with the labels ${needs.join(', ')}`;
}

/** What only the node that reads it knows. */
function seenByOwner(view: CameraView): Partial<CameraView> {
  const { state_since, width, height, codec, video, main, fps, last_seen, warning } = view;
  const seen = { state_since, width, height, codec, video, main, fps, last_seen, warning };
  return Object.fromEntries(Object.entries(seen).filter(([, value]) => value !== undefined));
}

/** The connection that players' video comes by: the main stream's, or the camera's only one. */
export function playingOf({ config, status, main, info, video, owners }: ViewedCamera): PlayedConnection {
  const { state, reason, error } = main?.status ?? status;
  const here = { state, reason, error, codec: (main ?? info)?.codec, reordered: false };
  const played = owners?.playing ?? here;
  const said = { kind: config.kind, state: played.state, state_reason: played.reason };
  return { ...played, publicReason: publicReason(said), reordered: played.reordered || video.reordered };
}

/** The figures of a camera that is read here. */
export function reportOf(
  { options, status, main, video, analysed, stats }: ViewedCamera,
  { lane, hub }: Analysed,
): CameraDetailStats {
  const { inferenceSize, confidence } = lane.settings;
  return stats.report(options.now(), {
    camera_connected: status.state === 'live',
    viewer_count: hub.viewerCount + video.viewerCount,
    ...(analysed.stats && { video: analysed.stats }),
    ...(main && { main: main.figures }),
    processor_stats: {
      inference_size: inferenceSize,
      confidence_threshold: confidence,
      gpu_available: options.device() !== 'cpu',
      target_fps: Math.round(lane.wantedFps * 10) / 10,
    },
  });
}
