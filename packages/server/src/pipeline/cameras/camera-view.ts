import { redactUrl, type StreamInfo, toEpochMs } from '@lookout/media';
import type { CameraConfig, Camera as CameraView } from '@lookout/protocol';
import type { CameraOptions } from './camera-options.js';
import type { CameraStatsRecorder } from './camera-stats.js';
import type { CameraStatus } from './camera-status.js';
import type { CameraVideo } from './camera-video.js';
import { warnOfClasses } from './check-classes.js';
import type { MainStream } from './main-stream.js';

export interface ViewedCamera {
  readonly config: CameraConfig;
  readonly options: Pick<CameraOptions, 'origin' | 'hasFixedRegions' | 'model' | 'node' | 'lastSeen' | 'now'>;
  readonly status: CameraStatus;
  readonly info: StreamInfo | undefined;
  readonly main: MainStream | undefined;
  /** What players of its video get. */
  readonly video: CameraVideo;
  /** The stream that is analysed. */
  readonly analysed: CameraVideo;
  readonly stats: CameraStatsRecorder;
  /** Requested classes that the model does not have. */
  readonly unknownClasses: readonly string[];
}

/** Reason of the state of a camera that this node is not to read. */
export const READ_ELSEWHERE = 'no node reads it at present';

/** A camera as the API returns it, without links. */
export function viewOf(camera: ViewedCamera): CameraView {
  const { config, options, status, info, main, video, analysed, stats, unknownClasses } = camera;
  const node = options.node?.();
  const warnings = [warnOfClasses([...unknownClasses], options.model()), analysed.warning].filter(
    (warning) => warning !== undefined,
  );
  return {
    ...config,
    ...(config.url !== undefined && { url: redactUrl(config.url) }),
    ...(config.sub_url !== undefined && { sub_url: redactUrl(config.sub_url) }),
    state: status.state,
    state_reason: status.reason === READ_ELSEWHERE ? elsewhere(config, node) : status.reason,
    state_since: Math.round(toEpochMs(status.sinceMs)),
    origin: options.origin,
    ...(node !== undefined && { node }),
    ...(options.hasFixedRegions && { regions_fixed: true }),
    ...(info && { width: info.width, height: info.height, codec: info.codec, video: video.view(info) }),
    ...(main && { main: main.view, video: main.video }),
    fps: analysed.fps ?? stats.receivedFps(options.now()),
    last_seen: { ...options.lastSeen() },
    ...(warnings.length > 0 && { warning: warnings.join(' ') }),
  };
}

function elsewhere({ needs = [] }: CameraConfig, node: string | undefined): string {
  if (node !== undefined) return `node ${node} reads it`;
  return needs.length === 0 ? READ_ELSEWHERE : `no node reads it: it needs one with the labels ${needs.join(', ')}`;
}
