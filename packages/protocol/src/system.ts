import { z } from 'zod';

/** RFC 9457 problem document: the answer to every failed REST call. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  hint: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof Problem>;

export const Version = z.object({
  name: z.literal('lookout'),
  version: z.string(),
  node: z.string(),
  platform: z.string(),
});
export type Version = z.infer<typeof Version>;

export const Health = z.object({
  status: z.enum(['ok', 'degraded']),
  uptime_s: z.number(),
  checks: z.record(z.string(), z.string()),
});
export type Health = z.infer<typeof Health>;

/** One entry of `GET /api/models`. */
export const Model = z.object({
  name: z.string(),
  format: z.string(),
  classes: z.array(z.string()),
  input: z.string().describe('e.g. "320..640 free" or "416×416"'),
  loaded: z.boolean(),
  default: z.boolean(),
  licence: z.string().optional(),
});
export type Model = z.infer<typeof Model>;
