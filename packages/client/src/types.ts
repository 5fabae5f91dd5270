import type { ActivityQuery, NewCamera, NewWebhook } from '@lookout/protocol';

export type {
  ApiKey,
  Camera,
  CameraActivity,
  CameraDetailStats,
  CameraLinkInfo,
  CameraPatch,
  CameraStats,
  CameraTokens,
  CreatedApiKey,
  CreatedRules,
  CreatedWebhook,
  DescribeDeviceRequest,
  Detection,
  DetectionHealth,
  DetectionTotals,
  DeviceDescription,
  DiscoverResult,
  DropReason,
  EventChangeKind,
  EventPatch,
  EventsMarked,
  EventsPage,
  EventsQuery,
  Health,
  ImageDetections,
  ImageSettings,
  Interpretation,
  LoadModel,
  Mode,
  Model,
  ModeState,
  NewApiKey,
  NewRule,
  NewSession,
  ProbeResult,
  Rule,
  RuleEvent,
  RulePatch,
  RuleTestRequest,
  RuleTestResult,
  Session,
  SessionConfig,
  SessionSettings,
  SessionStats,
  SignInCode,
  StoredRule,
  Suppression,
  SystemInfo,
  Verdict,
  VerdictOutcome,
  Version,
  Webhook,
  WebhookPatch,
  WebhookTestResult,
} from '@lookout/protocol';

/** Input of `cameras.create`: only `url` is required, the rest has defaults. */
export type NewCameraInput = (typeof NewCamera)['_input'];

/** Input of `webhooks.create`: only `url` is required. */
export type WebhookInput = (typeof NewWebhook)['_input'];

/** Query of `cameras.activity`: an hour by minutes unless asked otherwise. */
export type ActivityInput = Partial<ActivityQuery>;
