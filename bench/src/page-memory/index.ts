import { startChromium } from '../lib/chromium.js';
import { monotonicMs, sleep, slope } from '../lib/figures.js';
import { numberOptions, report } from '../lib/options.js';
import { rssMb } from '../lib/process-usage.js';
import { startPublishers } from '../lib/publishers.js';
import { startServer } from '../lib/server-process.js';

/** The viewer page on a published camera for half an hour: does the browser's memory grow? */
export async function run(args: string[]): Promise<void> {
  const { minutes, settle, seconds } = numberOptions(args, { minutes: 30, settle: 2, seconds: 10 });
  const server = await startServer([{ id: 'cam1', kind: 'push', detect: { fps: 60 } }]);
  const browser = await startChromium();
  try {
    const options = { baseUrl: server.url, tokens: ['cam1'], fps: 30, width: 640, height: 480, kind: 'plain' as const };
    const publishers = await startPublishers(options);
    try {
      const page = await browser.newPage({ bypassCSP: true });
      await page.goto(`${server.url}/view/cam1`);
      await page.waitForFunction(`[...document.querySelectorAll('canvas')].some((one) => one.width === 640)`);
      const session = await browser.newBrowserCDPSession();
      const tab = await page.context().newCDPSession(page);
      const memory = async () => {
        // Uncollected garbage is not a leak.
        await tab.send('HeapProfiler.collectGarbage');
        const { processInfo } = await session.send('SystemInfo.getProcessInfo');
        const { usedSize } = await tab.send('Runtime.getHeapUsage');
        const sizes = processInfo.map(({ type, id }) => ({ type, id, mb: rssMb(id) }));
        const page = Math.max(...sizes.filter(({ type }) => type === 'renderer').map(({ mb }) => mb));
        const all = sizes.reduce((sum, { mb }) => sum + mb, 0);
        return { all, page, heap: usedSize / 1e6, sizes };
      };
      await sleep(settle * 60_000);
      const fromMs = monotonicMs();
      const samples: Array<Awaited<ReturnType<typeof memory>> & { minute: number }> = [];
      do {
        samples.push({ minute: (monotonicMs() - fromMs) / 60_000, ...(await memory()) });
        await sleep(seconds * 1000);
      } while (monotonicMs() - fromMs < minutes * 60_000);
      samples.push({ minute: (monotonicMs() - fromMs) / 60_000, ...(await memory()) });
      const first = samples[0];
      const last = samples.at(-1);
      if (!first || !last) throw new Error('Nothing was measured');
      const perMinute = (key: 'all' | 'page' | 'heap') => slope(samples.map((sample) => [sample.minute, sample[key]]));
      const ok = report(`The viewer page for ${minutes} minutes, after ${settle} to settle`, [
        { name: 'page process, first', value: first.page, unit: 'MB' },
        { name: 'page process, growth', value: last.page - first.page, unit: 'MB', atMost: 20 },
        { name: 'page process, slope', value: perMinute('page'), unit: 'MB/min' },
        { name: 'JavaScript heap, growth', value: last.heap - first.heap, unit: 'MB' },
        { name: 'whole browser, growth', value: last.all - first.all, unit: 'MB' },
        { name: 'whole browser, slope', value: perMinute('all'), unit: 'MB/min' },
        ...last.sizes.map(({ type, id, mb }) => {
          const before = first.sizes.find((one) => one.id === id);
          return { name: `… its ${type}${before ? '' : ', begun since'}`, value: mb - (before?.mb ?? 0), unit: 'MB' };
        }),
      ]);
      if (!ok) process.exitCode = 1;
    } finally {
      await publishers.stop();
    }
  } finally {
    await browser.close();
    await server.stop();
  }
}
