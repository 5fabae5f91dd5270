import { createRequire } from 'node:module';
import type { Registry } from 'prom-client';

const require = createRequire(import.meta.url);

/**
 * Of prom-client's default metrics those that cost nothing between scrapes. It offers no choice of its own; left out are its sampler
 * of the event loop, which wakes the main thread beside ours, and its observer of garbage collections, which leaves four
 * kilobytes in the old generation for each.
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

/** Adds what Node and the system know of this process (`process_…`, `nodejs_…`). */
export function addProcessMetrics(registry: Registry): void {
  for (const name of MODULES) {
    const add = require(`prom-client/lib/metrics/${name}.js`) as (registry: Registry) => void;
    add(registry);
  }
}
