import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, monotonicMs, sleep } from '../lib/figures.js';
import { numberOptions, report } from '../lib/options.js';
import { end, freePort } from '../lib/server-process.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** `npm start`, second run: time until the server listens, and until the first detection of the demo camera. */
export async function run(args: string[]): Promise<void> {
  const { runs } = numberOptions(args, { runs: 5 });
  const data = mkdtempSync(join(tmpdir(), 'lookout-bench-'));
  try {
    await once(data);
    const results: Awaited<ReturnType<typeof once>>[] = [];
    for (let i = 0; i < runs; i++) results.push(await once(data));
    const ok = report(`npm start, second run: median of ${runs} runs`, [
      { name: 'to listening', value: median(results.map(({ listening }) => listening)) / 1000, unit: 's', atMost: 2.5 },
      {
        name: 'to the first detection',
        value: median(results.map(({ detection }) => detection)) / 1000,
        unit: 's',
        atMost: 5,
      },
    ]);
    if (!ok) process.exitCode = 1;
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

async function once(data: string): Promise<{ listening: number; detection: number }> {
  const port = await freePort();
  const startMs = monotonicMs();
  const child = spawn('npm', ['start', '--silent', '--', '--port', String(port), '--data', data], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    const url = `http://127.0.0.1:${port}`;
    await until(async () => (await fetch(`${url}/healthz`)).ok);
    const listening = monotonicMs() - startMs;
    await until(async () => {
      const stats = (await (await fetch(`${url}/api/cameras/demo-street/stats`)).json()) as {
        frames: { analyzed: number };
      };
      return stats.frames.analyzed > 0;
    });
    return { listening, detection: monotonicMs() - startMs };
  } finally {
    await end(child);
  }
}

async function until(check: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 3000; i++) {
    if (await check().catch(() => false)) return;
    await sleep(20);
  }
  throw new Error('The server was not ready within 60 s');
}
