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

/** Input of `cameras.create`: only `url` is required, the rest has defaults. */
export type NewCameraInput = (typeof NewCamera)['_input'];
