import { z } from 'zod';

/** What a backup says of itself. */
export const BackupManifest = z.object({
  made_at: z.number(),
  version: z.string().describe('Of the Lookout that made it'),
  models: z.array(z.string()).describe('Names of the models that were there; their files are not in a backup'),
});
export type BackupManifest = z.infer<typeof BackupManifest>;

/** How many of what are in a database. */
export const StoredCounts = z.object({
  cameras: z.int(),
  rules: z.int(),
  events: z.int(),
  keys: z.int(),
  webhooks: z.int(),
});
export type StoredCounts = z.infer<typeof StoredCounts>;

/** Answer of `POST /api/restore`: what would be replaced by what. Nothing has changed yet. */
export const RestorePlan = BackupManifest.extend({
  id: z.string(),
  bytes: z.int(),
  contains: StoredCounts,
  replaces: StoredCounts.describe('What is here now, and would be put aside'),
  missing_models: z.array(z.string()).describe('Models of the backup that are not on this machine'),
});
export type RestorePlan = z.infer<typeof RestorePlan>;

/** Answer of `POST /api/restore/:id/apply`. */
export const RestoreBegun = z.object({
  restarting: z.boolean().describe('Whether the server restarts now; if not, the next start restores'),
});
export type RestoreBegun = z.infer<typeof RestoreBegun>;
