import type { DescriptorWatch } from './api/http/descriptor-watch.js';
import type { RtmpPublishers } from './api/publishing/rtmp-publishers.js';
import type { TcpPort } from './api/webrtc/tcp-port.js';
import type { Warnings } from './pipeline/warnings/warnings.js';
import type { Storage } from './platform/storage/index.js';

export interface HealthParts {
  storage: Pick<Storage, 'check'>;
  descriptors: Pick<DescriptorWatch, 'look'>;
  /** Analysis workers that take work. */
  readyWorkers(): number;
  /** Threads that a model or an image has never given back. */
  hungThreads(): number;
  /** Why the default model does not run; undefined if it does. */
  modelProblem(): string | undefined;
  warnings: Pick<Warnings, 'trouble'>;
  rtmp: Pick<RtmpPublishers, 'problem'> | undefined;
  tcpPort: Pick<TcpPort, 'problem'>;
}

type Checks = Readonly<Record<string, string>>;

/** The checks of `/readyz` by name, each `'ok'` or the problem: those without which the server is not ready, and the others. */
export function healthChecks(parts: HealthParts): { readiness(): Promise<Checks>; degraded(): Checks } {
  const { storage, descriptors, warnings, rtmp, tcpPort } = parts;
  return {
    readiness: async () => ({
      storage: await storage.check(),
      files: descriptors.look()?.message ?? 'ok',
      workers: parts.readyWorkers() > 0 ? 'ok' : 'no analysis worker is ready',
      threads: threadsCheck(parts.hungThreads()),
    }),
    degraded: () => ({
      model: parts.modelProblem() ?? 'ok',
      events: warnings.trouble ?? 'ok',
      ...(rtmp && { rtmp: rtmp.problem ?? 'ok' }),
      ...(tcpPort.problem !== undefined && { webrtc_tcp: tcpPort.problem }),
    }),
  };
}

function threadsCheck(hung: number): string {
  if (hung === 0) return 'ok';
  return `${hung} threads hang in a model or image decoder: restart the server to free them`;
}
