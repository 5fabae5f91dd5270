import { z } from 'zod';
import { CameraId } from './camera.js';
import { Box } from './detection.js';

/** Body of `POST /api/segments`, unless it is an image: the newest frame of a camera is frozen. */
export const SegmentRequest = z.strictObject({ camera: CameraId });
export type SegmentRequest = z.infer<typeof SegmentRequest>;

/** A frozen image, to request masks for. */
export const Segment = z.object({
  id: z.string(),
  image_size: z.tuple([z.int(), z.int()]).describe('Width and height, pixels'),
  expires_at: z.number().describe('Unix epoch ms; extended by each request'),
  state: z.enum(['waiting', 'encoding', 'ready', 'failed']),
  error: z.string().optional().describe('Why it failed'),
  model: z.string(),
  takes: z.object({ points: z.boolean(), box: z.boolean() }).describe('Prompts that the model accepts'),
  picture_url: z.string(),
});
export type Segment = z.infer<typeof Segment>;

/** Maximum number of points per request. */
export const MAX_SEGMENT_POINTS = 64;

/** Body of `POST /api/segments/:id/prompts`. Pixels of the image. */
export const SegmentPrompts = z
  .strictObject({
    points: z
      .array(z.tuple([z.number(), z.number(), z.union([z.literal(0), z.literal(1)])]))
      .max(MAX_SEGMENT_POINTS)
      .default([])
      .describe('[x, y, 1] belongs to the object, [x, y, 0] does not'),
    box: Box.optional(),
  })
  .refine(({ points, box }) => points.length > 0 || box !== undefined, { message: 'expected a point or a box' });
export type SegmentPrompts = z.infer<typeof SegmentPrompts>;

/** A mask in COCO format: runs of 0 and 1 down the columns, compressed. */
export const Rle = z.object({ size: z.tuple([z.int(), z.int()]).describe('Height and width'), counts: z.string() });
export type Rle = z.infer<typeof Rle>;

const point = z.tuple([z.number(), z.number()]);

/** The mask of a detection. */
export const DetectionMask = z.object({
  polygon: z.array(z.tuple([z.number(), z.number()])).describe('Its largest ring, in fractions 0..1 of the picture'),
  rle: Rle,
});
export type DetectionMask = z.infer<typeof DetectionMask>;

/** One possible mask. */
export const SegmentMask = z.object({
  polygon: z.array(point).describe('Its largest ring, in fractions 0..1 of the picture'),
  rle: Rle,
  bbox: Box.describe('[x1, y1, x2, y2] in pixels'),
  score: z.number().describe("The model's own estimate, 0..1"),
  zone: z
    .object({
      points: z.array(point).describe('At most 24, in fractions 0..1 of the picture'),
      iou: z.number().describe('IoU with the mask'),
    })
    .nullable()
    .describe('The ring simplified for a zone; null: there is none'),
});
export type SegmentMask = z.infer<typeof SegmentMask>;

/** Answer of `POST /api/segments/:id/prompts`. */
export const SegmentMasks = z.object({ masks: z.array(SegmentMask).describe('Best first; empty: nothing was found') });
export type SegmentMasks = z.infer<typeof SegmentMasks>;
