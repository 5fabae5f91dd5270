import { z } from 'zod';

/** The longest time for which a camera can be shared: a year. */
const MAX_SHARE_S = 366 * 86_400;

/** Body of `POST /api/cameras/:id/shares`. */
export const NewShare = z.strictObject({
  expires_in_s: z
    .int()
    .min(60)
    .max(MAX_SHARE_S)
    .nullable()
    .describe('3600: an hour · 86400: a day · 604800: a week; null: until it is ended'),
});
export type NewShare = z.infer<typeof NewShare>;

/** Somebody who watches by a link: one browser or program at one address. */
export const ShareWatcher = z.object({
  since: z.number().describe('Unix epoch ms'),
  address_family: z.enum(['ipv4', 'ipv6']),
  connections: z.int().describe('Sockets, streams and WebRTC sessions'),
});
export type ShareWatcher = z.infer<typeof ShareWatcher>;

/** A link that lets anybody watch one camera for a time, and do nothing else. */
export const Share = z.object({
  id: z.string(),
  view_token: z.string().describe('`/view/<view_token>` is the page; it works wherever a view token does'),
  created_at: z.number(),
  expires_at: z.number().nullable().describe('Unix epoch ms; null: when it is ended'),
  watching: z.int().describe('How many watch now'),
  watchers: z.array(ShareWatcher).describe('Those who have watched longest, at most 100'),
});
export type Share = z.infer<typeof Share>;
