import { nowMs } from '@lookout/media';
import type { Logger } from 'pino';
import type { Settings } from '../config/settings.js';
import { LogLimit } from '../metrics/log-limit.js';
import type { Metrics } from '../metrics/metrics.js';
import type { Repositories } from '../storage/index.js';
import { Accounts } from './accounts.js';
import { AuditLog } from './audit-log.js';
import { trustsLocal } from './gate.js';
import { OutsideUsers } from './outside-users.js';
import { ProxyUsers } from './proxy-users.js';
import type { SharedLimits } from './shared-limits.js';

export interface OpenAccountsOptions {
  readonly settings: Pick<Settings, 'auth' | 'server'>;
  readonly storage: Pick<Repositories, 'keys' | 'users' | 'sessions' | 'audit'>;
  readonly metrics: Pick<Metrics, 'proxyUserIgnored'>;
  readonly limits: SharedLimits;
  readonly logger: Logger;
}

/** Opens everything that knows who may sign in, as the settings have it. @throws LookoutError `storage_failed` */
export async function openAccounts({ settings, storage, metrics, limits, logger }: OpenAccountsOptions) {
  const { auth, server } = settings;
  const isTrusted = trustsLocal({ host: server.host, signIn: server.sign_in });
  const accounts = await Accounts.open({ store: storage, trustsLocal: isTrusted, limits });
  const audit = new AuditLog(storage.audit, logger);
  const outside = new OutsideUsers({ accounts, audit });
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
  return { accounts, audit, outside, proxy, trustsLocal: isTrusted };
}
