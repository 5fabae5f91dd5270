import { z } from 'zod';
import { Detection } from './detection.js';
import { Phrase } from './phrase-text.js';
import { DetectionMask } from './segment.js';
import { ModelName, Problem } from './system.js';

/** Picks the model's input size if the model leaves it free: 320, 416 or, as far as the image allows, 640 pixels on the longer side. */
export const QualityMode = z.enum(['fast', 'balanced', 'accurate']);
export type QualityMode = z.infer<typeof QualityMode>;

/** The complete settings of a session. */
export const SessionConfig = z.object({
  fps_limit: z.number(),
  confidence_threshold: z.number(),
  iou_threshold: z.number(),
  cross_class_iou: z.number(),
  enable_tracking: z.boolean(),
  quality_mode: QualityMode,
  max_detections: z.int(),
  classes: z.array(z.string()).optional().describe('Absent: all'),
  prompts: z.array(z.string()).optional().describe('Absent: none'),
  prompt_threshold: z.number().optional(),
  model: z.string().optional().describe('Default: the server’s default model, even when that changes'),
});
export type SessionConfig = z.infer<typeof SessionConfig>;

const share = z.number().min(0).max(1);
const className = z.string().min(1).max(64);
const MAX_CLASSES = 1000;
/** Maximum number of prompts at once: each takes model time. */
export const MAX_PROMPTS = 20;

const imageSettings = {
  confidence_threshold: share.optional().describe('Minimum confidence of a detection'),
  iou_threshold: share.optional().describe('Boxes of one class that overlap by more than this count as one object'),
  cross_class_iou: share
    .optional()
    .describe('Boxes of different classes that overlap by more than this count as one object; 1 turns this off'),
  quality_mode: QualityMode.optional(),
  max_detections: z.int().min(1).max(300).optional(),
  classes: z.array(className).max(MAX_CLASSES).nullable().optional().describe('Only these classes; null for all'),
  prompts: z
    .array(Phrase)
    .max(MAX_PROMPTS)
    .nullable()
    .optional()
    .describe('Descriptions of objects to look for: "a red forklift"; null for none. Needs a model for prompts'),
  prompt_threshold: share
    .optional()
    .describe('Minimum score of objects that a detector finds by prompt; default 0.1. Not comparable between prompts'),
};

/** The runtime settings of a session, all optional: omitted ones stay unchanged. @param maxFps the server's limit. */
export function sessionSettings(maxFps: number) {
  return z.strictObject({
    fps_limit: z
      .number()
      .min(1)
      .max(maxFps)
      .optional()
      .describe('Maximum frames per second; frames above it are dropped'),
    enable_tracking: z.boolean().optional().describe('Objects keep a track_id from frame to frame'),
    ...imageSettings,
  });
}
export type SessionSettings = z.infer<ReturnType<typeof sessionSettings>>;

const model = ModelName.optional().describe('Name of a model, which is loaded on demand; default: the default model');

/** Settings for opening a session: the runtime settings, and the model, which can't be changed later. */
export function newSession(maxFps: number) {
  return sessionSettings(maxFps).extend({ model });
}
export type NewSession = z.infer<ReturnType<typeof newSession>>;

const masks = z
  .boolean()
  .optional()
  .describe('Add masks to the first 32 detections. Needs a segmentation model that accepts boxes');

/** Settings that make sense for one picture. */
export const ImageSettings = z.strictObject({ ...imageSettings, model, masks });
export type ImageSettings = z.infer<typeof ImageSettings>;

/** A number in a query, described as the number it stands for. An empty text is rejected. */
function queryNumber(range: { type: 'number' | 'integer'; minimum: number; maximum: number }) {
  const number = (range.type === 'integer' ? z.int() : z.number()).min(range.minimum).max(range.maximum);
  return z
    .string()
    .transform((text) => (text.trim() === '' ? Number.NaN : Number(text)))
    .pipe(number)
    .meta(range)
    .optional();
}
const queryShare = queryNumber({ type: 'number', minimum: 0, maximum: 1 });
const queryBoolean = z
  .enum(['true', 'false', '1', '0'])
  .transform((text) => text === 'true' || text === '1')
  .optional();
const queryImageSettings = {
  confidence_threshold: queryShare,
  iou_threshold: queryShare,
  cross_class_iou: queryShare,
  quality_mode: QualityMode.optional(),
  max_detections: queryNumber({ type: 'integer', minimum: 1, maximum: 300 }),
  classes: z
    .string()
    .min(1)
    .max(16_384)
    .transform((text) => text.split(','))
    .pipe(z.array(className).max(MAX_CLASSES))
    .optional()
    .describe('Names, separated by commas'),
  prompts: z
    .string()
    .min(1)
    .max(16_384)
    .transform((text) => text.split(','))
    .pipe(z.array(Phrase).max(MAX_PROMPTS))
    .optional()
    .describe('Descriptions of objects to look for, separated by commas'),
  prompt_threshold: queryShare,
};

/** Settings for opening a session, in a query: `?fps_limit=15&classes=person,car`. */
export function sessionQuery(maxFps: number) {
  return z.strictObject({
    fps_limit: queryNumber({ type: 'number', minimum: 1, maximum: maxFps }),
    enable_tracking: queryBoolean,
    ...queryImageSettings,
    model,
  });
}

/** Query of `POST /api/detect`. */
export const ImageQuery = z.strictObject({ ...queryImageSettings, model, masks: queryBoolean });
export type ImageQuery = z.infer<typeof ImageQuery>;

/** A client's own id for a frame, returned unchanged. */
export const FrameId = z.union([z.string().min(1).max(128), z.int().min(0)]);
export type FrameId = z.infer<typeof FrameId>;

const frameFields = {
  image_data: z.string().min(1).describe('JPEG, PNG or WebP in base64; a data: URL is fine'),
  frame_id: FrameId.optional().describe('Default: the running number'),
  timestamp: z.number().optional().describe('When it was captured, in seconds; default: when it arrived'),
};

/** One frame as JSON, body of `POST /stream/process/:client_id`. `type` is allowed because it is present on the socket. */
export const FrameUpload = z.strictObject({ type: z.literal('frame').optional(), ...frameFields });
export type FrameUpload = z.infer<typeof FrameUpload>;

/** JSON body of `POST /api/detect`. */
export const ImageUpload = z.strictObject({ image_data: frameFields.image_data, ...imageSettings, model, masks });
export type ImageUpload = z.infer<typeof ImageUpload>;

/** What a client of `WS /stream/detection` may send as text. `sessionSettings` checks the config separately. */
export const DetectionClientMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('frame'), ...frameFields }),
  z.strictObject({ type: z.literal('config'), config: z.record(z.string(), z.unknown()) }),
  z.strictObject({ type: z.literal('ping') }),
]);
export type DetectionClientMessage = z.infer<typeof DetectionClientMessage>;

/** A detection, with the prompt that found it or that it matches best, if any. */
export const PromptedDetection = Detection.extend({
  mask: DetectionMask.optional().describe('If `masks` was requested'),
  label: z.string().optional().describe('The prompt. Also the class_name of objects found only by prompt'),
  score: z
    .number()
    .optional()
    .describe('How well it matches the prompt, on the model’s own scale: not comparable between prompts'),
  margin: z
    .number()
    .nullable()
    .optional()
    .describe(
      'How far `score` is above the scores of its class and of plain backgrounds, in logits; null: found by a detector, which has no such scores',
    ),
  calibrated: z.literal(false).optional().describe('No threshold was learned for this prompt, unlike for rules'),
});
export type PromptedDetection = z.infer<typeof PromptedDetection>;

/** Outcome of the prompts of a request. */
export const PromptsAnswer = z.object({
  state: z
    .enum(['answered', 'skipped', 'failed'])
    .describe('skipped: the model was busy with another frame, or took too long'),
  task: z
    .enum(['open-detect', 'embed'])
    .nullable()
    .describe(
      'open-detect: a detector looked for the prompts; embed: the objects found were compared with them; null: no model',
    ),
  model: z.string().nullable(),
  reason: z.string().optional().describe('Why it was skipped or failed'),
});
export type PromptsAnswer = z.infer<typeof PromptsAnswer>;

/** What was found in one picture. */
export const ImageDetections = z.object({
  detections: z
    .array(PromptedDetection)
    .describe('Highest confidence first, then objects found only by prompt; boxes in pixels of the upright image'),
  prompts: PromptsAnswer.optional().describe('If the request had prompts'),
  processing_time_ms: z.number().describe('From the arrival of the frame to its result'),
  inference_ms: z.number().describe('The model alone'),
  image_size: z.tuple([z.int(), z.int()]).describe('[width, height] of the upright image'),
});
export type ImageDetections = z.infer<typeof ImageDetections>;

const seconds = z.number().describe('Unix epoch seconds');
export const DetectionResult = z.object({
  type: z.literal('detection_result'),
  data: ImageDetections.extend({ frame_id: FrameId }),
  timestamp: seconds,
});
export type DetectionResult = z.infer<typeof DetectionResult>;

export const DropReason = z.enum(['rate_limited', 'superseded', 'queue_full']);
export type DropReason = z.infer<typeof DropReason>;

export const FrameDropped = z.object({
  type: z.literal('dropped'),
  frame_id: FrameId,
  reason: DropReason.describe(
    'rate_limited: over fps_limit; superseded: a newer frame arrived before a worker was free; queue_full: too many in flight',
  ),
  timestamp: seconds,
});
export type FrameDropped = z.infer<typeof FrameDropped>;

export const DetectionError = z.object({
  type: z.literal('error'),
  error: z.string(),
  code: z.string(),
  frame_id: FrameId.optional().describe('If it answers a frame'),
  timestamp: seconds,
});
export type DetectionError = z.infer<typeof DetectionError>;

/** What the server sends to a client of a detection session. Every frame gets exactly one of the first three. */
export const DetectionServerMessage = z.discriminatedUnion('type', [
  DetectionResult,
  FrameDropped,
  DetectionError,
  z.object({ type: z.literal('config'), config: SessionConfig }),
  z.object({ type: z.literal('pong'), timestamp: seconds }),
  z
    .object({ type: z.literal('ping'), timestamp: seconds })
    .describe('Server-sent events only, if nothing else is sent'),
]);
export type DetectionServerMessage = z.infer<typeof DetectionServerMessage>;

/** `POST /stream/sessions`. */
export const CreatedSession = z.object({
  client_id: z.string(),
  sse_endpoint: z.string(),
  upload_endpoint: z.string(),
  config: SessionConfig,
  expires_at: z.number().describe('When the session ends unless it is used before'),
});
export type CreatedSession = z.infer<typeof CreatedSession>;

/** `POST /stream/process/:client_id` without `wait`. */
export const FrameAccepted = z.object({ frame_id: FrameId });
export type FrameAccepted = z.infer<typeof FrameAccepted>;

const percentiles = z.object({ p50: z.number(), p95: z.number(), p99: z.number() });
/** What became of the frames. `received` is the sum of the other counts and of `in_flight`. */
export const FrameCounts = z.object({
  received: z.int(),
  processed: z.int(),
  failed: z.int().describe('Answered with an error'),
  in_flight: z.int(),
  dropped: z.object({ rate_limited: z.int(), superseded: z.int(), queue_full: z.int() }),
});
export type FrameCounts = z.infer<typeof FrameCounts>;

/** `GET /stream/sessions/:client_id/stats`. */
export const SessionStats = z.object({
  client_id: z.string(),
  transport: z.enum(['websocket', 'sse']),
  uptime_s: z.number(),
  expires_at: z.number().describe('When the session ends unless it is used before'),
  frames: FrameCounts,
  fps: z.number().describe('Results per second over the last seconds'),
  latency_ms: percentiles.describe('From the arrival of a frame to its result'),
  inference_ms: percentiles.omit({ p99: true }),
  config: SessionConfig,
});
export type SessionStats = z.infer<typeof SessionStats>;

/** `GET /stream/stats`: totals of all sessions, including ended ones, and of single images. */
export const DetectionTotals = z.object({
  uptime_s: z.number(),
  sessions: z.object({
    open: z.int(),
    opened: z.int(),
    expired: z.int(),
    refused: z.int().describe('Refused because the server or one address was at its limit'),
  }),
  frames: FrameCounts,
  images: z.object({ processed: z.int(), failed: z.int() }).describe('Single images, without a session'),
  fps: z.number(),
  latency_ms: percentiles,
  inference_ms: percentiles.omit({ p99: true }),
});
export type DetectionTotals = z.infer<typeof DetectionTotals>;

/** `GET /stream/health`. */
export const DetectionHealth = z.object({
  status: z.enum(['ok', 'degraded']).describe('degraded: some analysis workers are not ready'),
  model: z.string(),
  device: z.string().describe('Execution provider: cpu, cuda, …'),
  device_reason: z.string().optional().describe('Why this device, and what was tried'),
  reason: z.string().optional().describe('Why it is degraded, for example because the KServe server is down'),
  uptime_s: z.number(),
});
export type DetectionHealth = z.infer<typeof DetectionHealth>;

/** `POST /v1/vision/detection`: what clients of DeepStack and CodeProject.AI expect. */
export const VisionDetections = z.object({
  success: z.literal(true),
  predictions: z.array(
    z.object({
      label: z.string(),
      confidence: z.number(),
      x_min: z.int(),
      y_min: z.int(),
      x_max: z.int(),
      y_max: z.int(),
    }),
  ),
  inferenceMs: z.int(),
  processMs: z.int(),
});
export type VisionDetections = z.infer<typeof VisionDetections>;

/** `/v1/vision/custom/list` */
export const VisionModels = z.object({ success: z.literal(true), models: z.array(z.string()) });
export type VisionModels = z.infer<typeof VisionModels>;

/** `GET /v1/status/ping` */
export const VisionPing = z.object({ success: z.literal(true) });

/** A problem document that clients of DeepStack can also read. */
export const VisionProblem = Problem.extend({
  success: z.literal(false),
  error: z.string().describe('The same as `detail`'),
});
