import { nowMs } from '@lookout/media';
import type { Logger } from 'pino';
import { SharedLimits } from './platform/auth/shared-limits.js';
import type { Settings } from './platform/config/settings.js';
import type { Metrics } from './platform/metrics/metrics.js';
import { RedisLink } from './platform/redis/redis-link.js';
import { later } from './platform/threads/later.js';

export interface RedisPartsOptions {
  readonly settings: Pick<Settings, 'redis'>;
  readonly metrics: Pick<Metrics, 'redis'>;
  readonly logger: Logger;
  /** Undefined: this is the only server. */
  readonly node: { readonly nodesUp: number } | undefined;
}

/** What is shared with other servers through Redis, or is this server's own without it. */
export interface RedisParts {
  readonly limits: SharedLimits;
  /** Undefined: there is no Redis. */
  readonly link: RedisLink | undefined;
}

/** Does not wait for Redis. @param closers gets what ends the connection */
export async function openRedis(options: RedisPartsOptions, closers: Array<() => unknown>): Promise<RedisParts> {
  const { settings, metrics, logger: log, node } = options;
  const { url } = settings.redis;
  const nodes = () => node?.nodesUp ?? 1;
  if (url === undefined) return { limits: new SharedLimits({ nodes }), link: undefined };
  const link = await RedisLink.open({ url, log, now: nowMs, later });
  closers.push(() => link.close());
  metrics.redis.watch(() => link.isUp);
  const limits = new SharedLimits({ nodes, redis: link, onAlone: () => metrics.redis.countedAlone() });
  return { limits, link };
}
