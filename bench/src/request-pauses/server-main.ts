import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { loadSettings, startServer } from '@lookout/server';
import { pino } from 'pino';

// A server whose main thread is watched: each message is answered by the longest pause since the one before, by the clock and by the
// processor's time in it, ms.

const RESOLUTION_MS = 1;
const [directory = '', yaml = ''] = process.argv.slice(2);
const settings = loadSettings({
  env: { LOOKOUT_PORT: '0', LOOKOUT_DATA: directory, LOOKOUT_NO_DEMO: '1', LOOKOUT_WORKERS: '1' },
  flags: { config: yaml, values: {} },
  cwd: directory,
});
const server = await startServer(settings, pino({ level: 'silent' }));
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
let busyMs = processorMs();
let longestMs = 0;
setInterval(() => {
  const nowMs = processorMs();
  longestMs = Math.max(longestMs, nowMs - busyMs);
  busyMs = nowMs;
}, RESOLUTION_MS);
process.on('message', () => {
  process.send?.({ clockMs: Math.max(0, delay.max / 1e6 - RESOLUTION_MS), processorMs: longestMs });
  delay.reset();
  longestMs = 0;
});
process.send?.(server.url);

/** Time the main thread has had on a processor, without waiting for one; 0 where the system does not tell. */
function processorMs(): number {
  if (process.platform !== 'linux') return 0;
  const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ');
  return Number(nanoseconds) / 1e6;
}
