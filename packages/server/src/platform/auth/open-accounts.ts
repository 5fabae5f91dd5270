import { readFileSync } from 'node:fs';
import { nowMs } from '@lookout/media';
import { LookoutError } from '@lookout/protocol';
import type { Logger } from 'pino';
import type { Settings } from '../config/settings.js';
import { LogLimit } from '../metrics/log-limit.js';
import type { Metrics } from '../metrics/metrics.js';
import { IdentityProvider } from '../oidc/identity-provider.js';
import type { Repositories } from '../storage/index.js';
import { Accounts } from './accounts.js';
import { AuditLog } from './audit-log.js';
import { trustsLocal } from './gate.js';
import { OidcSignIn, type OidcSignInOptions } from './oidc-sign-in.js';
import { OutsideUsers } from './outside-users.js';
import { ProxyUsers } from './proxy-users.js';
import type { SharedLimits } from './shared-limits.js';

export interface OpenAccountsOptions {
  readonly settings: Pick<Settings, 'auth' | 'server'>;
  readonly storage: Pick<Repositories, 'keys' | 'users' | 'passkeys' | 'sessions' | 'audit'>;
  readonly metrics: Pick<Metrics, 'proxyUserIgnored'>;
  readonly limits: SharedLimits;
  /** For what browsers keep while their people are at a provider or choose a passkey; the same on all nodes of a cluster. */
  readonly signInKey: Uint8Array;
  readonly logger: Logger;
}

/** Opens everything that knows who may sign in, as the settings have it. @throws LookoutError `storage_failed`, `config_invalid` */
export async function openAccounts({ settings, storage, metrics, limits, signInKey, logger }: OpenAccountsOptions) {
  const { auth, server } = settings;
  const isTrusted = trustsLocal({ host: server.host, signIn: server.sign_in });
  const accounts = await Accounts.open({ store: storage, trustsLocal: isTrusted, challengeKey: signInKey, limits });
  const audit = new AuditLog(storage.audit, logger);
  const outside = new OutsideUsers({ accounts, audit });
  const oidc = openOidc(auth.oidc, { accounts, outside, limits, key: signInKey, log: logger });
  const proxy =
    auth.proxy.from.length === 0
      ? undefined
      : new ProxyUsers({
          settings: auth.proxy,
          accounts,
          outside,
          onIgnored: () => metrics.proxyUserIgnored(),
          log: logger,
          logLimit: new LogLimit(nowMs),
        });
  return { accounts, audit, oidc, doorkeepers: { accounts, proxy, trustsLocal: isTrusted } };
}

function openOidc(
  settings: Settings['auth']['oidc'],
  parts: Omit<OidcSignInOptions, 'provider' | 'roles'>,
): OidcSignIn | undefined {
  const { issuer, client_id, client_secret, client_secret_file: file } = settings;
  if (issuer === undefined || client_id === undefined) return undefined;
  const secret = client_secret ?? secretIn(file);
  const provider = new IdentityProvider({ settings: { ...settings, issuer, client_id }, secret });
  return new OidcSignIn({ ...parts, provider, roles: settings.roles });
}

/** @throws LookoutError `config_invalid` */
function secretIn(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  let secret: string;
  try {
    secret = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new LookoutError('config_invalid', `auth.oidc.client_secret_file: ${file} can not be read: ${code}`, {
      cause,
    });
  }
  if (secret !== '') return secret;
  throw new LookoutError(
    'config_invalid',
    `auth.oidc.client_secret_file: expected the secret in ${file}, which is empty`,
  );
}
