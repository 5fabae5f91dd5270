import { z } from 'zod';

/** Entry of `GET /api/audit`: who did what. Secrets and values of settings are never in it. */
export const AuditEntry = z.object({
  id: z.int(),
  at: z.number().describe('Unix epoch ms'),
  actor: z
    .object({
      kind: z.enum(['user', 'key', 'local', 'command', 'nobody']),
      id: z.string().optional().describe('Of the user or API key'),
      name: z.string().optional().describe('As it was then'),
    })
    .describe('local: whoever uses the server’s own machine; command: a command on it; nobody: not signed in'),
  action: z.string().describe('What was done, as `user.create`, `session.sign_in` or `settings.change`'),
  target: z
    .object({ id: z.string().optional(), name: z.string().optional() })
    .optional()
    .describe('To which user, key, camera, rule …'),
  fields: z.array(z.string()).optional().describe('The fields that were given, without their values'),
  address: z.string().optional().describe('Where the request came from: of a proxy, if there is one'),
  refused: z.boolean().describe('Whether it was refused; only sign-ins are noted then'),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** Query of `GET /api/audit`. */
export const AuditQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional()
    .describe('`next_cursor` of the page before'),
});
export type AuditQuery = z.infer<typeof AuditQuery>;

/** Answer of `GET /api/audit`: newest first. */
export const AuditPage = z.object({
  entries: z.array(AuditEntry),
  next_cursor: z.string().nullable().describe('null: the last page'),
});
export type AuditPage = z.infer<typeof AuditPage>;
