import { z } from 'zod';

const SECONDS_PER_DAY = 86_400;
/** Maximum number of steps of one answer. */
export const MAX_ACTIVITY_STEPS = 1500;

/** Query of `GET /api/cameras/:id/activity`. */
export const ActivityQuery = z.strictObject({
  since: z.coerce.number().min(0).optional().describe('Unix epoch ms; default: an hour before `until`'),
  until: z.coerce.number().min(0).optional().describe('Unix epoch ms; default: now'),
  step: z.coerce
    .number()
    .int()
    .min(60)
    .max(SECONDS_PER_DAY)
    .multipleOf(60)
    .default(60)
    .describe('Length of a step, s; whole minutes'),
});
export type ActivityQuery = z.infer<typeof ActivityQuery>;

/** What a camera saw in one step of time. */
export const ActivityStep = z.object({
  at: z.number().describe('Its beginning, Unix epoch ms'),
  watched: z.number().min(0).max(1).describe('Part of the step with a picture'),
  classes: z.record(z.string(), z.int()).describe('Confirmed objects of each class that were in view'),
  events: z.int().describe('Events that began'),
});
export type ActivityStep = z.infer<typeof ActivityStep>;

/** Answer of `GET /api/cameras/:id/activity`: of the last day at most, since the server started. */
export const CameraActivity = z.object({ steps: z.array(ActivityStep) });
export type CameraActivity = z.infer<typeof CameraActivity>;

/** Answer of `GET /api/cameras/:id/removal`: what a camera takes with it, and what is left behind. */
export const CameraRemoval = z.object({
  events: z.int().describe('Events that are removed with it'),
  kept_events: z.int().describe('Those of them that are marked as kept'),
  suppressions: z.int().describe('What it ignores'),
  rules: z.array(z.string()).describe('Ids of rules that name it; they stay, and no longer fire on it'),
});
export type CameraRemoval = z.infer<typeof CameraRemoval>;
