import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Accounts } from '../../platform/auth/accounts.js';
import { type AuditLog, actorOf } from '../../platform/auth/audit-log.js';
import { gateRequestOf } from '../../platform/auth/gate-request.js';
import type { Principal } from '../../platform/auth/principal.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who has signed in by this request. */
    signedInAs: Principal | null;
    /** What the request is about, as it was called before it was carried out. */
    auditTarget: { id?: string; name?: string } | undefined;
  }
}

/** What is noted, by route. Changes of events are no changes of the server: they are not. */
export const AUDITED: Readonly<Record<string, string>> = {
  'POST /api/session': 'session.sign_in',
  'GET /join/:code': 'session.sign_in_by_code',
  'GET /oidc/callback': 'session.sign_in_by_provider',
  'DELETE /api/session': 'session.sign_out',
  'DELETE /api/sessions/:id': 'session.end',
  'POST /api/sign-in-codes': 'session.make_code',
  'POST /api/users': 'user.create',
  'PATCH /api/users/:id': 'user.change',
  'DELETE /api/users/:id': 'user.remove',
  'PUT /api/users/me/password': 'user.change_own_password',
  'POST /api/passkeys': 'passkey.add',
  'DELETE /api/passkeys/:id': 'passkey.remove',
  'POST /api/keys': 'key.create',
  'DELETE /api/keys/:id': 'key.revoke',
  'POST /api/cameras': 'camera.create',
  'PATCH /api/cameras/:id': 'camera.change',
  'DELETE /api/cameras/:id': 'camera.remove',
  'POST /api/cameras/:id/tokens': 'camera.renew_links',
  'POST /api/cameras/:id/shares': 'share.create',
  'DELETE /api/cameras/:id/shares/:share': 'share.end',
  'DELETE /api/cameras/:id/suppressions/:sid': 'camera.unsuppress',
  'POST /api/rules': 'rule.create',
  'PATCH /api/rules/:id': 'rule.change',
  'DELETE /api/rules/:id': 'rule.remove',
  'PUT /api/mode': 'mode.change',
  'PUT /api/second-look/consent': 'second_look.allow',
  'DELETE /api/second-look/consent': 'second_look.forbid',
  'POST /api/webhooks': 'webhook.create',
  'PATCH /api/webhooks/:id': 'webhook.change',
  'DELETE /api/webhooks/:id': 'webhook.remove',
  'POST /api/nodes/:id/drain': 'node.drain',
  'POST /api/nodes/:id/resume': 'node.resume',
  'PATCH /api/settings': 'settings.change',
  'POST /api/models/rollback': 'model.roll_back',
  'POST /api/models/:name/load': 'model.load',
  'POST /api/models/:name/pull': 'model.download',
  'DELETE /api/models/:name/pull': 'model.stop_download',
  'DELETE /api/models/:name/file': 'model.remove',
  'DELETE /api/models/:name': 'model.unload',
  'PUT /api/models/tasks/:task': 'model.choose',
  'GET /api/backup': 'backup.download',
  'POST /api/restore': 'backup.upload',
  'POST /api/restore/:id/apply': 'backup.restore',
  'DELETE /api/restore/:id': 'backup.discard',
  'POST /api/restart': 'server.restart',
};

/** Where refusals are noted too. */
const NOTES_REFUSALS: ReadonlySet<string> = new Set([
  'session.sign_in',
  'session.sign_in_by_code',
  'session.sign_in_by_provider',
]);

/** Notes in the audit log what callers do. */
export function installAudit(app: FastifyInstance, { accounts, audit }: { accounts: Accounts; audit: AuditLog }): void {
  app.decorateRequest('signedInAs', null);
  app.decorateRequest('auditTarget', undefined);
  const actionOf = ({ method, routeOptions: { url } }: FastifyRequest) => AUDITED[`${method} ${url}`];
  app.addHook('preHandler', async (request) => {
    const action = actionOf(request);
    // Afterwards, what was removed has no name.
    if (action !== undefined) request.auditTarget = targetOf(request, action, accounts);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { statusCode } = reply;
    const action = actionOf(request);
    if (action === undefined) return;
    const isSignIn = NOTES_REFUSALS.has(action);
    // A browser that was refused is led to the sign-in page.
    const isRefused = statusCode >= 400 || (isSignIn && request.signedInAs === null);
    // Too many tries are not noted: those before are.
    if (isRefused && !(isSignIn && (statusCode === 401 || statusCode < 400))) return;
    await audit.record({
      actor: actorOf(request.signedInAs ?? request.principal),
      action,
      target: { ...madeBy(reply.getHeader('location')), ...request.auditTarget },
      ...(!isSignIn && { fields: fieldsOf(request.body) }),
      address: gateRequestOf(request.raw).address,
      refused: isRefused,
    });
  });
}

function targetOf({ params, body }: FastifyRequest, action: string, accounts: Accounts) {
  const { id, name, share } = params as Record<string, string | undefined>;
  const kind = action.split('.')[0];
  if (action === 'session.sign_in') {
    // Only names of accounts: people type passwords into the wrong field.
    const { name: given } = (body ?? {}) as { name?: string };
    const known = given === undefined ? undefined : accounts.users.byName(given)?.user;
    return known && { id: known.id, name: known.name };
  }
  if (id === undefined) return { ...(name !== undefined && { name }), ...nameIn(body) };
  const called =
    kind === 'user' ? accounts.users.find(id)?.user.name : kind === 'key' ? accounts.keys.find(id)?.name : undefined;
  const ids = { id: share === undefined ? id : `${id}/${share}` };
  return called === undefined ? ids : { ...ids, name: called };
}

function nameIn(body: unknown): { name?: string } {
  const name = typeof body === 'object' && body !== null && 'name' in body ? body.name : undefined;
  return typeof name === 'string' ? { name } : {};
}

/** What an answer with `Location` has made. */
function madeBy(location: unknown): { id?: string } {
  const id = typeof location === 'string' ? /^.*\/api\/.*\/([^/?]+)$/.exec(location)?.[1] : undefined;
  return id === undefined ? {} : { id };
}

/** Names of the fields of a checked body. */
function fieldsOf(body: unknown): string[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body) || Buffer.isBuffer(body)) return [];
  return Object.entries(body)
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
}
