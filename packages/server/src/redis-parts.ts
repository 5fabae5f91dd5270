import { nowMs } from '@lookout/media';
import type { Logger } from 'pino';
import type { EventBus } from './pipeline/bus/event-bus.js';
import { RedisStreams } from './pipeline/delivery/redis-streams.js';
import { type AnalysedFrame, detectionsEvent } from './pipeline/live/analysed-frame.js';
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
  readonly node: { readonly nodesUp: number; watches(camera: string): boolean } | undefined;
  readonly bus: EventBus;
}

/** What is shared with other servers through Redis, or is this server's own without it. */
export interface RedisParts {
  readonly limits: SharedLimits;
  /** Undefined: there is no Redis. */
  readonly link: RedisLink | undefined;
  /** A frame of a camera was analysed here. Undefined: nobody is told. */
  readonly onAnalysed: ((camera: string, analysed: AnalysedFrame) => void) | undefined;
}

/** Does not wait for Redis. @param closers gets what ends the connection */
export async function openRedis(options: RedisPartsOptions, closers: Array<() => unknown>): Promise<RedisParts> {
  const { settings, metrics, logger: log, node, bus } = options;
  const { url, detections } = settings.redis;
  const nodes = () => node?.nodesUp ?? 1;
  if (url === undefined) return { limits: new SharedLimits({ nodes }), link: undefined, onAnalysed: undefined };
  const link = await RedisLink.open({ url, log, now: nowMs, later });
  closers.push(() => link.close());
  metrics.redis.watch(() => link.isUp);
  const limits = new SharedLimits({ nodes, redis: link, onAlone: () => metrics.redis.countedAlone() });
  const streams = new RedisStreams({
    redis: link,
    bus,
    now: nowMs,
    onEntry: (...entry) => metrics.redis.entry(...entry),
  });
  closers.push(() => streams.close());
  // While a camera is handed over, two nodes may read it.
  const isOwn = (camera: string) => node?.watches(camera) ?? true;
  const onAnalysed = (camera: string, analysed: AnalysedFrame) => {
    if (isOwn(camera)) streams.detected(detectionsEvent(camera, { guesses: '0' }, analysed));
  };
  return { limits, link, onAnalysed: detections ? onAnalysed : undefined };
}
