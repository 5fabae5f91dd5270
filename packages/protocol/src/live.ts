import { z } from 'zod';
import { Detection } from './detection.js';

/** How a frame's milliseconds were spent. Each value is a duration; a stage that did not happen is 0. */
export const Stages = z.object({
  receive: z.number().describe('first byte to last byte of the frame'),
  wait: z.number().describe('waiting until a worker took it'),
  decode: z.number(),
  infer: z.number(),
  draw: z.number(),
  encode: z.number(),
});
export type Stages = z.infer<typeof Stages>;

/** Text message that precedes each binary JPEG, publisher to server. */
export const PublishedFrameMetadata = z.object({
  type: z.literal('frame_metadata'),
  timestamp: z.number(),
  frameNumber: z.int().min(0),
  width: z.int().min(1),
  height: z.int().min(1),
  format: z.literal('jpeg'),
});
export type PublishedFrameMetadata = z.infer<typeof PublishedFrameMetadata>;

/** What a publisher may send as text: metadata before each JPEG, and messages that synchronise the clocks. */
export const PublisherMessage = z.discriminatedUnion('type', [
  // JSON turns NaN into `null`: such a frame is accepted, with the time of its arrival.
  PublishedFrameMetadata.extend({ timestamp: z.number().nullable() }),
  z.object({ type: z.literal('ping'), t0: z.number() }),
  z.object({ type: z.literal('pong'), t0: z.number(), t1: z.number() }),
]);
export type PublisherMessage = z.infer<typeof PublisherMessage>;

/** What the server requests from a publisher, from its next frame on. Sent at most once a second, when it changes. */
export const PublisherControl = z.object({
  type: z.literal('control'),
  fps: z.number().min(5).max(60),
  quality: z.number().min(0.3).max(0.95).describe('JPEG quality'),
  width: z.int().min(1).optional().describe('Maximum width of frames; default: the camera’s own'),
  reason: z.string(),
});
export type PublisherControl = z.infer<typeof PublisherControl>;

/** Text message that precedes each binary JPEG, server to viewer. */
export const ViewedFrameMetadata = PublishedFrameMetadata.extend({
  processing_time_ms: z.number(),
  processed_at: z.number(),
  age_ms: z.number().describe('sent minus captured, by the server’s clock'),
  inference_size: z.int(),
  stages_ms: Stages,
  detections: z.array(Detection),
  detections_age_ms: z
    .number()
    .optional()
    .describe('With every=all: age of the detections when this frame was captured'),
});
export type ViewedFrameMetadata = z.infer<typeof ViewedFrameMetadata>;

export const ViewMode = z.enum(['annotated', 'overlay']);
export type ViewMode = z.infer<typeof ViewMode>;

/** Whether a viewer gets objects without a confirmed track too. */
export const Guesses = z.enum(['0', '1']).default('0').describe('1: also guesses, with `"confirmed": false`');

const integerIn = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

/** Query of `WS /ws/view/:token`. */
export const ViewQuery = z.strictObject({
  mode: ViewMode.default('annotated'),
  fps: z.coerce.number().min(1).max(60).default(60),
  quality: integerIn(30, 95).default(80),
  every: z.enum(['analyzed', 'all']).default('analyzed'),
  guesses: Guesses,
  ack: z.enum(['0', '1']).default('0'),
});
export type ViewQuery = z.infer<typeof ViewQuery>;

/** What a viewer may send. */
export const ViewerMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ack'), frameNumber: z.int().min(0) }),
  z.object({
    type: z.literal('performance_stats'),
    fps: z.number().min(0).max(1000),
    latency: z.number().min(0).max(600_000),
    queueSize: z.number().min(0).max(1_000_000),
  }),
  z.object({ type: z.literal('ping'), t0: z.number() }),
]);
export type ViewerMessage = z.infer<typeof ViewerMessage>;

export const Pong = z.object({ type: z.literal('pong'), t0: z.number(), t1: z.number() });
export type Pong = z.infer<typeof Pong>;

export const SocketError = z.object({ type: z.literal('error'), code: z.string(), message: z.string() });
export type SocketError = z.infer<typeof SocketError>;

/** What the server sends to a publisher as text. */
export const PublisherServerMessage = z.discriminatedUnion('type', [PublisherControl, Pong, SocketError]);
export type PublisherServerMessage = z.infer<typeof PublisherServerMessage>;

/** What the server sends to a viewer as text; each metadata message is followed by a JPEG. */
export const ViewerServerMessage = z.discriminatedUnion('type', [ViewedFrameMetadata, Pong, SocketError]);
export type ViewerServerMessage = z.infer<typeof ViewerServerMessage>;

/** Query of `WS /ws/mse/:camera`. */
export const MseQuery = z.strictObject({
  codecs: z
    .string()
    .regex(/^(avc1|hvc1)(,(avc1|hvc1))*$/, 'must list avc1, hvc1 or both, separated by a comma')
    .default('avc1')
    .describe('What the player decodes: avc1 (H.264), hvc1 (HEVC) or both, separated by a comma'),
});
export type MseQuery = z.infer<typeof MseQuery>;

/** Text message that precedes each initialisation segment. */
export const MseInit = z.object({
  type: z.literal('init'),
  codec: z.string().describe('As in RFC 6381, e.g. avc1.640029'),
  width: z.int().min(1),
  height: z.int().min(1),
});
export type MseInit = z.infer<typeof MseInit>;

/** What a player may send over `WS /ws/mse/:camera`. */
export const MseClientMessage = z.object({ type: z.literal('ping'), t0: z.number() });
export type MseClientMessage = z.infer<typeof MseClientMessage>;

/** What the server sends to a player as text; segments are binary messages. */
export const MseServerMessage = z.discriminatedUnion('type', [MseInit, Pong, SocketError]);
export type MseServerMessage = z.infer<typeof MseServerMessage>;

/** Query of `GET /video_feed` and `GET /api/cameras/:id/mjpeg`. */
export const MjpegQuery = z.object({
  camera: z.string().optional(),
  fps: z.coerce.number().min(1).max(60).default(30),
  quality: integerIn(30, 95).default(80),
  mode: ViewMode.default('annotated'),
  guesses: Guesses,
});
export type MjpegQuery = z.infer<typeof MjpegQuery>;

/** Query of `WS /websocket/:quality`. */
export const SharedQuery = z.strictObject({
  camera: z.string().min(1).max(256).optional().describe('Id or token; default: the first camera'),
  mode: ViewMode.default('overlay').describe('annotated: with boxes'),
});
export type SharedQuery = z.infer<typeof SharedQuery>;
