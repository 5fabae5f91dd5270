import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { loadSettings, startServer } from '@lookout/server';
import { pino } from 'pino';

// A server whose main thread is watched: each message is answered with the longest pause since the previous one, ms, by the clock and in
// processor time.

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

/** Processor time of the main thread, without waiting; 0 if the system does not report it. */
function processorMs(): number {
  if (process.platform !== 'linux') return 0;
  const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ');
  return Number(nanoseconds) / 1e6;
}
