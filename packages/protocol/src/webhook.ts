import { z } from 'zod';
import { EventId, RuleEvent } from './event.js';
import { Severity } from './rule.js';
import { RuleId } from './stored-rule.js';

export const WebhookEventType = z.enum(['event.created', 'event.updated', 'event.ended']);
export type WebhookEventType = z.infer<typeof WebhookEventType>;

/** Body of each request to a webhook. Headers as in Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`. */
export const WebhookMessage = z.discriminatedUnion('type', [
  z.object({ type: WebhookEventType, timestamp: z.number(), data: RuleEvent }),
  z.object({ type: z.literal('test'), timestamp: z.number(), data: z.object({ webhook_id: z.string() }) }),
]);
export type WebhookMessage = z.infer<typeof WebhookMessage>;

/** A message that was given up. */
export const FailedDelivery = z.object({
  event_id: EventId,
  type: WebhookEventType,
  attempts: z.int(),
  failed_at: z.number(),
  error: z.string().describe('Of the last attempt'),
});
export type FailedDelivery = z.infer<typeof FailedDelivery>;

const url = z.url({ protocol: /^https?$/ }).max(2048);
const minSeverity = Severity.describe('Tells events of this severity and above');
const rules = z.union([z.literal('all'), z.array(RuleId).min(1).max(1000)]);
/** A key of Standard Webhooks: `whsec_` and 24 to 64 bytes in Base64. */
export const WebhookSecret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, 'whsec_ and 24 to 64 bytes in Base64');

/** Where events are sent, and how that went. */
export const Webhook = z.object({
  id: z.string(),
  url,
  min_severity: minSeverity,
  rules,
  enabled: z.boolean(),
  created_at: z.number(),
  delivered_at: z.number().nullable().describe('The last successful delivery'),
  waiting: z.int().describe('Messages still to be delivered'),
  failed: z.array(FailedDelivery).describe('Given up after a day of retries; newest first, at most 100'),
});
export type Webhook = z.infer<typeof Webhook>;

/** Body of `POST /api/webhooks`. */
export const NewWebhook = z.strictObject({
  url,
  secret: WebhookSecret.optional().describe('Absent: made by the server'),
  min_severity: minSeverity.default('info'),
  rules: rules.default('all'),
  enabled: z.boolean().default(true),
});
export type NewWebhook = z.infer<typeof NewWebhook>;

/** Answer of `POST /api/webhooks`. */
export const CreatedWebhook = Webhook.extend({ secret: z.string().describe('Only this answer contains it') });
export type CreatedWebhook = z.infer<typeof CreatedWebhook>;

/** Body of `PATCH /api/webhooks/:id`. Only the given fields change. */
export const WebhookPatch = z.strictObject({
  url: url.optional(),
  secret: WebhookSecret.optional(),
  min_severity: minSeverity.optional(),
  rules: rules.optional(),
  enabled: z.boolean().optional(),
});
export type WebhookPatch = z.infer<typeof WebhookPatch>;

/** Answer of `POST /api/webhooks/:id/test`. */
export const WebhookTestResult = z.object({
  ok: z.boolean(),
  status: z.int().optional().describe('The HTTP status it answered'),
  reason: z.string().optional().describe('Why it failed'),
  elapsed_ms: z.number(),
});
export type WebhookTestResult = z.infer<typeof WebhookTestResult>;
