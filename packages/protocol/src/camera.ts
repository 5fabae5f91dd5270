import { z } from 'zod';
import { Detection } from './detection.js';
import { DETECTION_DEFAULTS } from './detection-defaults.js';
import { CameraRegions, Lines, Masks, Zones } from './region.js';

export const CameraState = z.enum(['connecting', 'live', 'stalled', 'unreachable', 'refused', 'unsupported', 'off']);
export type CameraState = z.infer<typeof CameraState>;

export const CameraId = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'lower-case letters, digits and inner dashes, at most 64');

/** 320..640 in steps of 32, or `auto`: the server adapts it to the load. */
export const InferenceSize = z.union([z.literal('auto'), z.int().min(320).max(640).multipleOf(32)]);
export type InferenceSize = z.infer<typeof InferenceSize>;

export const DetectSettings = z.strictObject({
  enabled: z.boolean().default(true),
  fps: z.number().min(0.1).max(60).default(30).describe('Maximum frames analysed per second'),
  idle_fps: z
    .number()
    .min(0)
    .max(60)
    .default(5)
    .describe('Frames analysed per second while nobody watches; 0 for none'),
  classes: z.array(z.string().min(1).max(64)).max(1000).optional().describe('Only these classes; default: all'),
  inference_size: InferenceSize.default('auto'),
  confidence: z.union([z.literal('auto'), z.number().min(0.05).max(0.95)]).default('auto'),
  cross_class_iou: z
    .number()
    .min(0)
    .max(1)
    .default(DETECTION_DEFAULTS.crossClassIou)
    .describe('Boxes of different classes that overlap by more than this count as one object; 1 turns this off'),
});
export type DetectSettings = z.infer<typeof DetectSettings>;

const url = z.string().min(1).max(2048);
/** A certificate: the SHA-256 of its DER bytes, in Base64. */
export const TlsPin = z
  .string()
  .regex(/^sha256\/[A-Za-z0-9+/]{43}=$/, 'sha256/ and the SHA-256 of a certificate (DER) in Base64');
const tlsPin = TlsPin.describe(
  'rtsps:// and https:// only: the only certificate accepted from this camera; a probe reports the one it saw',
);
const subUrl = url.describe(
  'pull only: a smaller stream of the same camera. Detection and JPEGs use it; `url` is opened while somebody plays its video',
);
const name = z.string().trim().min(1).max(100);
const loop = z
  .boolean()
  .optional()
  .describe('Files only; false: play once, and again after each `enabled: true`; default: in a loop');

export const CameraKind = z
  .enum(['pull', 'push'])
  .describe('pull: read from its `url`; push: a publisher sends its frames');
export type CameraKind = z.infer<typeof CameraKind>;

/** Whether a camera at this address presents a certificate that can be pinned. */
export function takesTlsPin(url: string | undefined): boolean {
  return /^(?:rtsps|https):/i.test(url?.trim() ?? '');
}

/** Refuses a pull camera without an address, a push camera with one, and a pin for addresses without TLS. */
export function checkKind(
  camera: {
    kind: CameraKind;
    url?: string | undefined;
    sub_url?: string | undefined;
    tls_pin?: string | undefined;
  },
  context: z.RefinementCtx,
): void {
  if ((camera.kind === 'pull') !== (camera.url !== undefined)) {
    const message = camera.kind === 'pull' ? 'expected an address' : 'a camera of kind push has no address';
    context.addIssue({ code: 'custom', path: ['url'], message });
  } else if (camera.kind === 'push' && camera.sub_url !== undefined) {
    context.addIssue({ code: 'custom', path: ['sub_url'], message: 'a camera of kind push has no address' });
  } else if (camera.tls_pin !== undefined && ![camera.url, camera.sub_url].some(takesTlsPin)) {
    context.addIssue({ code: 'custom', path: ['tls_pin'], message: 'expected an rtsps:// or https:// address' });
  }
}

/** A label of nodes, such as `yard`. */
export const NodeLabel = z.string().regex(/^[\w.-]{1,64}$/, 'expected up to 64 of A-Z a-z 0-9 _ . -');
const needs = z
  .array(NodeLabel)
  .max(16)
  .describe('With several nodes: labels that the node must have which reads it; a USB camera is on one machine');

/** Body of `POST /api/cameras`. */
export const NewCamera = z
  .strictObject({
    id: CameraId.optional().describe('Absent: derived from `name`'),
    name: name.optional(),
    kind: CameraKind.default('pull'),
    url: url
      .optional()
      .describe(
        'pull only: http(s):// MJPEG, HLS or file; rtsp://; rtmp://; srt://; file:///…; /dev/video0; demo:street',
      ),
    sub_url: subUrl.optional(),
    tls_pin: tlsPin.optional(),
    enabled: z.boolean().default(true),
    loop,
    needs: needs.optional(),
    detect: DetectSettings.prefault({}),
    ...CameraRegions.shape,
  })
  .superRefine(checkKind);
export type NewCamera = z.infer<typeof NewCamera>;

/** Body of `PATCH /api/cameras/:id`. Only the given fields change. */
export const CameraPatch = z.strictObject({
  name: name.optional(),
  url: url.optional(),
  sub_url: subUrl.nullable().optional().describe('null: the camera has one stream, `url`'),
  tls_pin: tlsPin.nullable().optional().describe('null: accept only certificates that the server trusts'),
  enabled: z.boolean().optional(),
  loop,
  needs: needs.optional().describe('All labels: the list replaces the one before'),
  detect: z
    .strictObject({
      enabled: z.boolean().optional(),
      fps: z.number().min(0.1).max(60).optional(),
      idle_fps: z.number().min(0).max(60).optional(),
      classes: z.array(z.string().min(1).max(64)).max(1000).nullable().optional(),
      inference_size: InferenceSize.optional(),
      confidence: z.union([z.literal('auto'), z.number().min(0.05).max(0.95)]).optional(),
      cross_class_iou: z.number().min(0).max(1).optional(),
    })
    .optional(),
  zones: Zones.optional().describe('All zones: the list replaces the one before'),
  lines: Lines.optional().describe('All lines: the list replaces the one before'),
  masks: Masks.optional().describe('All masks: the list replaces the one before'),
});
export type CameraPatch = z.infer<typeof CameraPatch>;

/** A camera as its owner configured it, and as it is stored. `url` includes its credentials. */
export const CameraConfig = z.object({
  id: CameraId,
  name,
  kind: CameraKind,
  url: url.optional().describe('pull only'),
  sub_url: subUrl.optional(),
  tls_pin: tlsPin.optional(),
  enabled: z.boolean(),
  loop,
  needs: needs.optional(),
  detect: DetectSettings,
  ...CameraRegions.shape,
});
export type CameraConfig = z.infer<typeof CameraConfig>;

/**
 * The secrets of a camera's links: `/camera/<publish_token>`, `/view/<view_token>`. Anyone who has one may publish or watch without signing
 * in.
 */
export const CameraTokens = z.object({
  publish_token: z.string().optional().describe('push only: to publish, and to watch'),
  view_token: z.string().optional().describe('watches'),
});
export type CameraTokens = z.infer<typeof CameraTokens>;

/** A token: a prefix for its kind, and at least 128 bits. */
export const PublishToken = z.string().regex(/^lp_[\w-]{22,128}$/, 'lp_ and at least 22 of A-Z a-z 0-9 _ -');
export const ViewToken = z.string().regex(/^lv_[\w-]{22,128}$/, 'lv_ and at least 22 of A-Z a-z 0-9 _ -');

/** Video that a camera sends. */
export const EncodedVideo = z.object({
  codec: z.string().describe('h264, hevc, vp8, vp9, av1, mpeg4 …'),
  width: z.int(),
  height: z.int(),
  fps: z.number().nullable().describe('As the stream states it, or measured; null: not known yet'),
});
export type EncodedVideo = z.infer<typeof EncodedVideo>;

/** A camera as the API returns it; credentials in `url` and `sub_url` are `***`. */
export const Camera = CameraConfig.extend({
  state: CameraState,
  state_reason: z.string(),
  state_since: z.number(),
  warning: z.string().optional().describe('Why it may miss objects'),
  origin: z
    .enum(['api', 'config', 'cli', 'demo'])
    .describe('Who configured it; of those that are not `api`, only zones, lines and masks can be changed'),
  regions_fixed: z
    .boolean()
    .optional()
    .describe('true: its zones, lines and masks are given in lookout.yaml, and can only be changed there'),
  node: z.string().optional().describe('With several nodes: the one that reads it; absent while none does'),
  width: z.int().optional(),
  height: z.int().optional(),
  codec: z.string().optional(),
  fps: z.number().optional().describe('Frames read per second, measured; of video, whether they are decoded or not'),
  video: EncodedVideo.optional().describe(
    'What `url` sends, if that is a video codec: players that support it need no JPEGs',
  ),
  main: z
    .object({ state: CameraState, state_reason: z.string(), state_since: z.number() })
    .optional()
    .describe(
      'Only with `sub_url`: the connection to `url`, which is off while nobody plays its video. `state`, `width`, `height`, `codec` and `fps` are those of `sub_url`',
    ),
  last_seen: z
    .record(z.string(), z.number())
    .optional()
    .describe('When a confirmed object of each class was last in view, Unix epoch ms; since the server started'),
  // Only for clients that may manage the camera.
  ...CameraTokens.shape,
});
export type Camera = z.infer<typeof Camera>;

export const ProbeRequest = z.strictObject({
  url,
  tls_pin: tlsPin.optional().describe('The only certificate to accept'),
});
export type ProbeRequest = z.infer<typeof ProbeRequest>;

export const ProbeResult = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    url: z.string(),
    transport: z.string().describe('mjpeg, jpeg, rtsp/tcp, rtsp/udp, hls, file, device'),
    codec: z.string(),
    width: z.int(),
    height: z.int(),
    fps: z.number().nullable(),
    picture: z.string().describe('data: URL of a JPEG'),
    elapsed_ms: z.number(),
  }),
  z.object({
    ok: z.literal(false),
    url: z.string(),
    code: z.string(),
    reason: z.string().describe("Why the camera can't be used"),
    hint: z.string().describe('What to try'),
    tls_pin: TlsPin.optional().describe(
      'The camera’s certificate, if it is not trusted; setting it as `tls_pin` of the camera accepts it',
    ),
    elapsed_ms: z.number(),
  }),
]);
export type ProbeResult = z.infer<typeof ProbeResult>;

const percentiles = z.object({ p50: z.number(), p95: z.number(), p99: z.number() });

export const DropCounts = z.object({
  stale: z.int().describe('replaced by a newer frame before a worker was free'),
  throttled: z.int().describe('too early for the requested rate'),
  skipped: z.int().describe('not needed: not an n-th frame, or no viewer needed it analysed, or decoded'),
  invalid: z.int().describe('broken, too large or undecodable'),
});
export type DropCounts = z.infer<typeof DropCounts>;

/** `GET /api/camera/:token/stats`. */
export const CameraStats = z.object({
  camera_connected: z.boolean(),
  viewer_count: z.int().describe('Connections that receive its pictures or its video'),
  processor_stats: z.object({
    inference_size: z.int(),
    confidence_threshold: z.number(),
    gpu_available: z.boolean(),
    target_fps: z.number(),
  }),
  frames: z.object({ received: z.int(), analyzed: z.int(), sent: z.int(), dropped: DropCounts }),
  fps: z.object({ in: z.number(), analyzed: z.number(), out: z.number() }),
  latency_ms: percentiles,
  inference_ms: percentiles.omit({ p99: true }),
});
export type CameraStats = z.infer<typeof CameraStats>;

/** One moment, by the server's clock and by the RTP clock of its WebRTC video. */
export const ServerClock = z.object({
  now: z.number().describe('The server’s clock, Unix epoch ms'),
  rtp_timestamp: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .describe(
      'RTP timestamp of a picture taken at that time, 90 kHz: another picture with timestamp t was taken at `now` + (t − `rtp_timestamp`) / 90 ms, where the difference wraps at 2^32',
    ),
});
export type ServerClock = z.infer<typeof ServerClock>;

/** `GET /api/camera/:token`: what the pages of a link show. Says nothing about where the camera is. */
export const CameraLinkInfo = z.object({
  name: z.string(),
  kind: CameraKind,
  may: z.array(z.enum(['watch', 'publish'])).describe('What this link, or the caller, may do'),
  state: CameraState,
  state_reason: z.string(),
  state_since: z.number(),
  width: z.int().optional(),
  height: z.int().optional(),
  video: EncodedVideo.optional().describe('The camera’s own video, once it is live, if it sends a video codec'),
  clock: ServerClock,
});
export type CameraLinkInfo = z.infer<typeof CameraLinkInfo>;

export const StateChange = z.object({ state: CameraState, reason: z.string(), since: z.number() });
export type StateChange = z.infer<typeof StateChange>;

/** Of a stream in a video codec, since it last connected. */
export const VideoStats = z.object({
  packets: z.int().describe('Encoded frames read'),
  bytes: z.int(),
  keyframes: z.int(),
  group: z
    .object({ packets: z.int(), bytes: z.int(), duration_ms: z.int() })
    .nullable()
    .describe('The last complete group of pictures: a keyframe and what follows up to the next one'),
  group_kept: z.boolean().describe('false: the newest group is too large to be kept, so players wait for a keyframe'),
  decoding: z
    .enum(['off', 'keyframes', 'all'])
    .describe('What is decoded at present: nothing if nobody needs a frame, keyframes if those are enough'),
  decoder: z.string().describe('What decodes it: software, or the type of a device'),
  overloaded: z.boolean().describe('true: only keyframes are decoded, because the processor can’t keep up'),
  takers: z.int().describe('Players and recorders that take its packets'),
  skipped: z.int().describe('Packets that takers missed because they had fallen behind'),
});
export type VideoStats = z.infer<typeof VideoStats>;

/** `GET /api/cameras/:id/stats`: the same, plus the camera's past states and where the time goes. */
export const CameraDetailStats = CameraStats.extend({
  state_history: z.array(StateChange).describe('Newest first, at most 100'),
  stages_ms: z.record(z.string(), percentiles).describe('Per stage, for the last frames'),
  bytes_in: z.number(),
  reconnects: z.int(),
  video: VideoStats.optional().describe('Only if the camera sends a video codec; with `sub_url`, of that stream'),
  main: z
    .object({
      state_history: z.array(StateChange).describe('Newest first, at most 100'),
      bytes_in: z.number(),
      reconnects: z.int(),
      video: VideoStats.optional().describe('While it is open'),
    })
    .optional()
    .describe('Only with `sub_url`: the connection to `url`. All other figures are of `sub_url`'),
});
export type CameraDetailStats = z.infer<typeof CameraDetailStats>;

/** One event of `GET /api/detections/stream`. */
export const DetectionsEvent = z.object({
  camera: z.string(),
  frameNumber: z.int(),
  timestamp: z.number(),
  width: z.int(),
  height: z.int(),
  inference_ms: z.number(),
  detections: z.array(Detection),
});
export type DetectionsEvent = z.infer<typeof DetectionsEvent>;
