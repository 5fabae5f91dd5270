import { z } from 'zod';

/** `[x1, y1, x2, y2]` in pixels of the frame the box belongs to. */
export const Box = z.tuple([z.number(), z.number(), z.number(), z.number()]);
export type Box = z.infer<typeof Box>;

/** One object found in one frame. */
export const Detection = z.object({
  bbox: Box.describe('[x1, y1, x2, y2] in pixels of the frame'),
  confidence: z.number().min(0).max(1),
  class_id: z.int().min(0),
  class_name: z.string(),
  track_id: z
    .int()
    .optional()
    .describe('Identity across frames of one camera, never reused; omitted in a frame where it is ambiguous'),
  velocity: z.tuple([z.number(), z.number()]).optional().describe("Of the box's centre, pixels per second"),
  since: z.number().optional().describe('Cameras only: when the object was confirmed, Unix epoch ms'),
  confirmed: z.boolean().optional().describe('Cameras with guesses=1 only: false if the object is not confirmed'),
});
export type Detection = z.infer<typeof Detection>;
