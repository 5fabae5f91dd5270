import { median, sleep } from '../lib/figures.js';
import { numberOptions, report } from '../lib/options.js';
import { rssMb } from '../lib/process-usage.js';
import { startServer } from '../lib/server-process.js';
import { HOSTILE_KINDS, startHostileServer } from './hostile-server.js';

const LOOKS = 10;
/** After this long, everything that a deleted camera held has been freed. */
const SETTLE_MS = 5000;

/**
 * HTTP cameras that endlessly send something other than pictures, one after the other on one server: how much memory it takes meanwhile,
 * and how much it keeps once each has been deleted.
 */
export async function run(args: string[]): Promise<void> {
  const { seconds } = numberOptions(args, { seconds: 60 });
  const hostile = await startHostileServer();
  const server = await startServer([], { workers: 1 });
  let most = 0;
  try {
    const settled = async () => {
      await sleep(SETTLE_MS);
      const looks: number[] = [];
      for (let i = 0; i < LOOKS; i++) {
        looks.push(rssMb(server.pid));
        await sleep(200);
      }
      return median(looks);
    };
    const before = await settled();
    for (const kind of HOSTILE_KINDS) {
      const begunMs = performance.now();
      await server.send('POST', '/api/cameras', { id: kind, url: hostile.url(kind) });
      let highest = 0;
      for (; performance.now() - begunMs < seconds * 1000; await sleep(100))
        highest = Math.max(highest, rssMb(server.pid));
      const camera = (await server.json(`/api/cameras/${kind}`)) as { state: string; state_reason?: string };
      await server.send('DELETE', `/api/cameras/${kind}`);
      most = Math.max(most, highest - before);
      console.log(
        `${kind.padEnd(10)} +${(highest - before).toFixed(0).padStart(4)} MB at most; ${camera.state}: ${camera.state_reason}`,
      );
    }
    const after = await settled();
    const ok = report(`${HOSTILE_KINDS.length} hostile cameras, ${seconds} s each`, [
      { name: 'memory before', value: before, unit: 'MB' },
      { name: 'growth while one runs, at most', value: most, unit: 'MB', atMost: 150 },
      { name: 'growth once all are deleted', value: after - before, unit: 'MB', atMost: 60 },
    ]);
    if (!ok) process.exitCode = 1;
  } finally {
    await server.stop();
    await hostile.stop();
  }
}
