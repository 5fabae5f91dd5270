import { createRequire } from 'node:module';
import type { Registry } from 'prom-client';

const require = createRequire(import.meta.url);

/**
 * The default metrics of prom-client that cost nothing between scrapes. It offers no such selection itself; excluded are its
 * event loop sampler, which wakes the main thread in addition to ours, and its garbage collection observer, which leaves four
 * kilobytes in the old generation per collection.
 */
const MODULES = [
  'processCpuTotal',
  'processStartTime',
  'osMemoryHeap',
  'processOpenFileDescriptors',
  'processMaxFileDescriptors',
  'processResources',
  'processHandles',
  'processRequests',
  'heapSizeAndUsed',
  'heapSpacesSizeAndUsed',
  'version',
];

/** Adds metrics of Node and the system about this process (`process_…`, `nodejs_…`). */
export function addProcessMetrics(registry: Registry): void {
  for (const name of MODULES) {
    const add = require(`prom-client/lib/metrics/${name}.js`) as (registry: Registry) => void;
    add(registry);
  }
}
