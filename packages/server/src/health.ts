import type { DescriptorWatch } from './api/http/descriptor-watch.js';
import type { RtmpPublishers } from './api/publishing/rtmp-publishers.js';
import type { TcpPort } from './api/webrtc/tcp-port.js';
import type { AnalysisPool } from './pipeline/analysis/analysis-pool.js';
import type { Warnings } from './pipeline/warnings/warnings.js';
import type { ModelLibrary } from './platform/models/model-library.js';
import type { RemoteHealth } from './platform/remote-models/remote-health.js';
import type { Storage } from './platform/storage/index.js';

export interface AnalysisHealth {
  /** Analysis workers that take work. */
  readyWorkers(): number;
  /** Threads that a model or an image has never given back. */
  hungThreads(): number;
  /** Why the default model does not run; undefined if it does. */
  modelProblem(): string | undefined;
  /** Which of several servers of the default model are left out; undefined if none is. */
  serversProblem(): string | undefined;
}

export interface HealthParts extends AnalysisHealth {
  storage: Pick<Storage, 'check'>;
  descriptors: Pick<DescriptorWatch, 'look'>;
  warnings: Pick<Warnings, 'trouble'>;
  rtmp: Pick<RtmpPublishers, 'problem'> | undefined;
  tcpPort: Pick<TcpPort, 'problem'>;
  /** What does not work of being one of several; undefined: this is the only server. */
  node?: { readonly trouble: string | undefined } | undefined;
  /** Why Redis is not used; undefined: it is not set. */
  redis?: { readonly trouble: string | undefined } | undefined;
}

/** How analysis fares, but for its threads that hang. */
export function analysisHealth(
  pool: Pick<AnalysisPool, 'readyCount'>,
  models: Pick<ModelLibrary, 'current' | 'servers'>,
  remote: Pick<RemoteHealth, 'problem'>,
): Omit<AnalysisHealth, 'hungThreads'> {
  return {
    readyWorkers: () => pool.readyCount,
    modelProblem: () => remote.problem(models.current),
    serversProblem: () => models.servers?.someAway,
  };
}

type Checks = Readonly<Record<string, string>>;

/** The checks of `/readyz` by name, each `'ok'` or the problem: those without which the server is not ready, and the others. */
export function healthChecks(parts: HealthParts): { readiness(): Promise<Checks>; degraded(): Checks } {
  const { storage, descriptors, warnings, rtmp, tcpPort, node, redis } = parts;
  return {
    readiness: async () => ({
      storage: await storage.check(),
      files: descriptors.look()?.message ?? 'ok',
      workers: parts.readyWorkers() > 0 ? 'ok' : 'no analysis worker is ready',
      threads: threadsCheck(parts.hungThreads()),
    }),
    degraded: () => {
      const inferenceServers = parts.serversProblem();
      return {
        model: parts.modelProblem() ?? 'ok',
        ...(inferenceServers !== undefined && { inference_servers: inferenceServers }),
        events: warnings.trouble ?? 'ok',
        ...(node && { cluster: node.trouble ?? 'ok' }),
        ...(redis && { redis: redis.trouble ?? 'ok' }),
        ...(rtmp && { rtmp: rtmp.problem ?? 'ok' }),
        ...(tcpPort.problem !== undefined && { webrtc_tcp: tcpPort.problem }),
      };
    },
  };
}

function threadsCheck(hung: number): string {
  if (hung === 0) return 'ok';
  return `${hung} threads hang in a model or image decoder: restart the server to free them`;
}
