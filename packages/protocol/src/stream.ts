import { z } from 'zod';
import { Detection } from './detection.js';
import { SocketError } from './live.js';

/** Named settings of the JSON stream: `[skip_frames, fps]`. */
export const STREAM_PRESETS = {
  security: { skip_frames: 1, fps: 15 },
  parking: { skip_frames: 2, fps: 10 },
  background: { skip_frames: 5, fps: 5 },
  snapshot: { skip_frames: 10, fps: 1 },
} as const;

/** Query of `WS /ws/stream/:camera`. */
export const StreamQuery = z
  .strictObject({
    mode: z.enum(['detection', 'raw']).default('detection'),
    skip_frames: z.coerce.number().int().min(1).max(1000).optional(),
    fps: z.coerce.number().min(1).max(60).optional(),
    preset: z.enum(['security', 'parking', 'background', 'snapshot']).optional(),
  })
  .transform((query) => {
    const preset = query.preset ? STREAM_PRESETS[query.preset] : undefined;
    const raw = query.mode === 'raw';
    return {
      mode: query.mode,
      skip_frames: query.skip_frames ?? preset?.skip_frames ?? (raw ? 1 : 2),
      fps: query.fps ?? preset?.fps ?? (raw ? 30 : 10),
    };
  });
export type StreamQuery = z.infer<typeof StreamQuery>;

export const StreamFrame = z.object({
  type: z.literal('frame'),
  data: z.string().describe('base64 JPEG, with boxes drawn in detection mode'),
  frameNumber: z.int(),
  timestamp: z.number(),
  detections: z.array(Detection),
});
export type StreamFrame = z.infer<typeof StreamFrame>;

/** Counters of one subscription. */
export const StreamStats = z.object({
  type: z.literal('stats'),
  processed: z.int(),
  skipped: z.int(),
  total: z.int(),
  throttled: z.int(),
  fps: z.number(),
});
export type StreamStats = z.infer<typeof StreamStats>;

/** What the server sends to a subscriber of the JSON stream. */
export const StreamServerMessage = z.discriminatedUnion('type', [StreamFrame, StreamStats, SocketError]);
export type StreamServerMessage = z.infer<typeof StreamServerMessage>;
