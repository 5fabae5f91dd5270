import type { Logger } from 'pino';
import type { RequestOutcome } from './inference-server.js';
import { RemoteHealth } from './remote-health.js';
import type { RemoteServers, ServerState } from './remote-servers.js';

/** Where what servers do is counted. */
export interface ServerCounts {
  /** @param states read at each scrape */
  watch(states: () => readonly ServerState[]): void;
  request(server: string, outcome: RequestOutcome, seconds: number): void;
}

/** Counts what the servers do, and logs which of several is left out; where there is one, its model's health says so. */
export function watchServers(servers: RemoteServers, metrics: ServerCounts, logger: Logger): void {
  metrics.watch(() => servers.states());
  const isOneOfMany = servers.urls.length > 1;
  servers.events = {
    onRequest: (url, outcome, seconds) => metrics.request(url, outcome, seconds),
    onAway: (server, reason) => {
      if (isOneOfMany) logger.warn({ server, reason }, 'a KServe server is left out until it answers again');
    },
    onBack: (server) => {
      if (isOneOfMany) logger.info({ server }, 'a KServe server is used again');
    },
  };
}

/** Judges and logs whether the remote model can be used at all. @param attempt see `RemoteHealthOptions` */
export function watchRemoteModel({
  attempt,
  servers,
  logger,
}: {
  attempt: (model: string) => Promise<void>;
  servers: () => RemoteServers | undefined;
  logger: Logger;
}): RemoteHealth {
  return new RemoteHealth({
    attempt,
    isServed: () => {
      const all = servers();
      return all !== undefined && all.allAway === undefined;
    },
    onAway: (model, reason) => logger.warn({ model, reason }, 'the KServe server is unavailable: detection is paused'),
    onBack: (model) => logger.info({ model }, 'the KServe server is back'),
  });
}
