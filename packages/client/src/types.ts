import type { NewCamera } from '@lookout/protocol';

export type {
  Camera,
  CameraDetailStats,
  CameraLinkInfo,
  CameraPatch,
  CameraStats,
  CameraTokens,
  Detection,
  DetectionHealth,
  DetectionTotals,
  DropReason,
  Health,
  ImageDetections,
  ImageSettings,
  LoadModel,
  Model,
  NewSession,
  ProbeResult,
  Session,
  SessionConfig,
  SessionSettings,
  SessionStats,
  SystemInfo,
  Version,
} from '@lookout/protocol';

/** What `cameras.create` takes: only `url` is needed, the rest has defaults. */
export type NewCameraInput = (typeof NewCamera)['_input'];
