import { z } from 'zod';
import { CameraId } from './camera.js';

export const ApiKeyScope = z
  .enum(['admin', 'operator', 'viewer', 'detect'])
  .describe(
    'admin: everything; operator: watch, publish, switch cameras on and off, change their detection, use the detection API; viewer: watch; detect: use the detection API only',
  );
export type ApiKeyScope = z.infer<typeof ApiKeyScope>;

/** Entry of `GET /api/keys`. The key itself is shown only when it is created. */
export const ApiKey = z.object({
  id: z.string(),
  name: z.string(),
  scope: ApiKeyScope,
  cameras: z.array(CameraId).optional().describe('The only cameras it gives access to; default: all'),
  created_at: z.number(),
  expires_at: z.number().optional().describe('When it stops working, Unix epoch ms; absent: never'),
});
export type ApiKey = z.infer<typeof ApiKey>;

/** Body of `POST /api/keys`. */
export const NewApiKey = z
  .strictObject({
    name: z.string().trim().min(1).max(100).describe('Unique, for example the program or person that gets the key'),
    scope: ApiKeyScope,
    cameras: z
      .array(CameraId)
      .min(1)
      .max(256)
      .optional()
      .describe('For operator and viewer only; default: all cameras'),
    expires_in_s: z
      .int()
      .min(60)
      .max(10 * 366 * 86_400)
      .optional()
      .describe('Seconds until it stops working; default: never'),
  })
  .refine(({ scope, cameras }) => cameras === undefined || scope === 'operator' || scope === 'viewer', {
    path: ['cameras'],
    message: 'only keys of scope operator or viewer can be limited to some cameras',
  });
export type NewApiKey = z.infer<typeof NewApiKey>;

/** Answer of `POST /api/keys`. */
export const CreatedApiKey = ApiKey.extend({
  key: z.string().describe('The key itself, lk_…; only this answer contains it'),
});
export type CreatedApiKey = z.infer<typeof CreatedApiKey>;

/** Answer of `POST /api/sign-in-codes`. */
export const SignInCode = z.object({
  code: z.string(),
  path: z.string().describe('Path to open on the other device: `/join/…`'),
  expires_at: z.number(),
});
export type SignInCode = z.infer<typeof SignInCode>;
