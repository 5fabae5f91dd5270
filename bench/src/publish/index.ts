import { parseArgs } from 'node:util';
import { median, monotonicMs, percentile, sleep } from '../lib/figures.js';
import { LiveViewer } from '../lib/live-viewer.js';
import { report } from '../lib/options.js';
import { cpuSeconds } from '../lib/process-usage.js';
import { startPublishers } from '../lib/publishers.js';
import { startServer } from '../lib/server-process.js';

/** One published camera at 30 fps, every frame analysed, two viewers (overlay): from the publisher's send to the viewers. */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '60' },
      runs: { type: 'string', default: '1' },
      size: { type: 'string', default: '640x480' },
      sdk: { type: 'boolean', default: false },
    },
  });
  const [width = Number.NaN, height = Number.NaN] = values.size.split('x').map(Number);
  if (!(width > 0 && height > 0)) throw new TypeError(`Expected --size as 1280x720, got ${values.size}`);
  const seconds = Number(values.seconds);
  const results: Awaited<ReturnType<typeof once>>[] = [];
  for (let i = 0; i < Number(values.runs); i++) {
    results.push(await once({ seconds, width, height, kind: values.sdk ? 'sdk' : 'plain' }));
  }
  const middle = (key: keyof (typeof results)[number]) => median(results.map((result) => result[key]));
  const infer = middle('inferMs');
  const large = width * height > 640 * 480;
  const ok = report(
    `A published camera, ${values.size} at 30 fps, 2 viewers: median of ${values.runs} runs of ${seconds} s`,
    [
      { name: 'analysed frames at a viewer', value: middle('fps'), unit: 'fps', atLeast: large ? 29 : 29.5 },
      { name: 'inference p50', value: infer, unit: 'ms' },
      { name: 'publish → viewer p50', value: middle('p50'), unit: 'ms', ...(!large && { atMost: infer + 5 }) },
      { name: 'publish → viewer p95', value: middle('p95'), unit: 'ms', atMost: infer + (large ? 25 : 15) },
      { name: 'publish → viewer p99', value: middle('p99'), unit: 'ms' },
      { name: 'frames older than 150 ms', value: middle('late'), ...(!large && { atMost: 0 }) },
      { name: 'publish → viewer, the oldest', value: middle('oldest'), unit: 'ms' },
      { name: 'pictures that the publisher did not send', value: middle('notSent') },
      { name: 'errors sent to the publisher', value: middle('errors'), atMost: 0 },
      { name: 'server CPU', value: middle('cpu'), unit: '%' },
    ],
  );
  if (!ok) process.exitCode = 1;
}

async function once(options: { seconds: number; width: number; height: number; kind: 'plain' | 'sdk' }) {
  const { seconds, width, height, kind } = options;
  const server = await startServer([{ id: 'cam1', kind: 'push', detect: { fps: 60 } }]);
  const viewers: LiveViewer[] = [];
  try {
    for (let i = 0; i < 2; i++) viewers.push(await LiveViewer.open(`${server.wsUrl}/ws/view/cam1?mode=overlay&fps=30`));
    const publishers = await startPublishers({ baseUrl: server.url, tokens: ['cam1'], fps: 30, width, height, kind });
    try {
      await sleep(4000);
      const before = publishers.report();
      const fromMs = monotonicMs();
      const cpu = cpuSeconds(server.pid);
      await sleep(seconds * 1000);
      const elapsed = (monotonicMs() - fromMs) / 1000;
      const after = publishers.report();
      const frames = viewers.flatMap((viewer) => viewer.since(fromMs));
      const ages = frames.map(({ ageMs }) => ageMs);
      return {
        fps: frames.length / viewers.length / elapsed,
        inferMs: median(frames.map(({ inferMs }) => inferMs)),
        p50: percentile(ages, 0.5),
        p95: percentile(ages, 0.95),
        p99: percentile(ages, 0.99),
        late: ages.filter((age) => age > 150).length,
        oldest: Math.max(...ages),
        notSent: after.notSent - before.notSent,
        errors: after.errors,
        cpu: ((cpuSeconds(server.pid) - cpu) / elapsed) * 100,
      };
    } finally {
      await publishers.stop();
    }
  } finally {
    for (const viewer of viewers) viewer.close();
    await server.stop();
  }
}
