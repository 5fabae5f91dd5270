import type { NewCamera } from '@lookout/protocol';

export type {
  ApiKey,
  Camera,
  CameraDetailStats,
  CameraLinkInfo,
  CameraPatch,
  CameraStats,
  CameraTokens,
  CreatedApiKey,
  Detection,
  DetectionHealth,
  DetectionTotals,
  DropReason,
  Health,
  ImageDetections,
  ImageSettings,
  LoadModel,
  Model,
  NewApiKey,
  NewSession,
  ProbeResult,
  Session,
  SessionConfig,
  SessionSettings,
  SessionStats,
  SignInCode,
  SystemInfo,
  Version,
} from '@lookout/protocol';

/** What `cameras.create` takes: only `url` is needed, the rest has defaults. */
export type NewCameraInput = (typeof NewCamera)['_input'];
