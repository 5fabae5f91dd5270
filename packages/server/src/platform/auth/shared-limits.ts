import { createHash } from 'node:crypto';
import { type RedisLink, redisScript } from '../redis/redis-link.js';
import { RateLimiter } from './rate-limiter.js';

/** A token bucket per peer, which all nodes may have in common. */
export interface Limiter {
  /** Takes a token of `peer` if one is left. @returns 0 if it was taken, else whole seconds until the next one, at least 1 */
  take(peer: string): Promise<number>;
  /** Whole seconds until `take` would succeed, without taking a token. */
  waitS(peer: string): Promise<number>;
}

export interface LimiterOptions {
  /** The same on all nodes, and no other limit's. */
  readonly name: string;
  /** Maximum burst per peer. */
  readonly burst: number;
  /** Sustained rate per peer. */
  readonly perSecond: number;
}

export interface SharedLimitsOptions {
  /** Nodes that are up, this one among them. */
  readonly nodes?: () => number;
  /** Where all nodes count together. Without it, or while it is away, each node allows its share. */
  readonly redis?: Pick<RedisLink, 'isUp' | 'runScript'> | undefined;
  /** Redis was to be asked and was away. */
  readonly onAlone?: () => void;
  /** ms, monotonic. */
  readonly now?: () => number;
}

/** Keys are gone when their buckets are full again. `ARGV`: burst, rate per ms, tokens to take (1 or 0). Answers with the wait in ms. */
const TAKE = redisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local burst, rate, taken = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = burst
if kept[1] then tokens = math.min(burst, kept[1] + math.max(0, now - kept[2]) * rate) end
if tokens < 1 then return math.ceil((1 - tokens) / rate) end
if taken > 0 then
  tokens = tokens - taken
  redis.call('HSET', KEYS[1], 'tokens', tokens, 'at', now)
  redis.call('PEXPIRE', KEYS[1], math.ceil((burst - tokens) / rate))
end
return 0
`);

/** The limits that hold for all nodes together. */
export class SharedLimits {
  readonly #options: SharedLimitsOptions;

  constructor(options: SharedLimitsOptions = {}) {
    this.#options = options;
  }

  limiter({ name, burst, perSecond }: LimiterOptions): Limiter {
    const { nodes, redis, onAlone, now } = this.#options;
    const alone = new RateLimiter({ burst, perSecond, ...(nodes && { nodes }), ...(now && { now }) });
    const ask = async (peer: string, tokens: 0 | 1): Promise<number> => {
      if (redis?.isUp) {
        try {
          const waitMs = await redis.runScript(TAKE, [keyOf(name, peer)], [burst, perSecond / 1000, tokens]);
          return Math.ceil(Number(waitMs) / 1000);
        } catch {
          // The link reports that it is away, and says so everywhere.
        }
      }
      if (redis) onAlone?.();
      return tokens > 0 ? alone.take(peer) : alone.waitS(peer);
    };
    return { take: (peer) => ask(peer, 1), waitS: (peer) => ask(peer, 0) };
  }

  /** As many as `count` a minute, all at once if need be. */
  perMinute(name: string, count: number): Limiter {
    return this.limiter({ name, burst: count, perSecond: count / 60 });
  }
}

/** Peers may be names of accounts of any length, which are nobody else's business. */
function keyOf(name: string, peer: string): string {
  return `lookout:limit:${name}:${createHash('sha256').update(peer).digest('base64url').slice(0, 22)}`;
}
