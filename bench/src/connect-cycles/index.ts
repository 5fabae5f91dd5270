import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startRtspServer } from '@lookout/media/testing';
import { sleep } from '../lib/figures.js';
import { LiveViewer } from '../lib/live-viewer.js';
import { type Bar, report } from '../lib/options.js';
import { rssMb } from '../lib/process-usage.js';
import { freePort, startServer } from '../lib/server-process.js';
import { SlowReader } from '../lib/slow-reader.js';
import { startStampedCameras } from '../lib/stamped-cameras.js';
import { type Cycle, type CycleTarget, cycles, untilLive } from './cycles.js';

const SETTLE_MS = 4000;

interface Holdings {
  rss: number;
  /** Sockets, pipes, files. */
  descriptors: number;
  threads: number;
}

/**
 * Publishers and viewers of every kind that connect and leave again and again, beside a viewer who must not notice and one that has stopped
 * reading: whether the server keeps memory, sockets, ports or threads of those who are gone.
 */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      cycles: { type: 'string', default: '200' },
      // The heap finds its size first.
      warmup: { type: 'string', default: '250' },
      only: { type: 'string', default: Object.keys(cycles).join(',') },
    },
  });
  const rtsp = await startRtspServer({ width: 320, height: 240, fps: 15, keyframeInterval: 15 });
  const stamped = await startStampedCameras({ fps: 10 });
  const rtmpPort = await freePort();
  const cameras = [
    ...stamped.cameras(1, { enabled: false }),
    { id: 'video', url: rtsp.url, detect: { enabled: false } },
    { id: 'pushed', kind: 'push', publish_token: `lp_${'bench'.repeat(6)}`, detect: { enabled: false } } as const,
  ];
  const server = await startServer(cameras, { server: { rtmp_port: rtmpPort } });
  const target = { server, rtmpPort, rtspUrl: rtsp.url, token: `lp_${'bench'.repeat(6)}` };
  for (const { id } of cameras.filter(({ id }) => id !== 'pushed')) await untilLive(server, id);
  const bystander = await LiveViewer.open(`${server.wsUrl}/ws/view/cam1?mode=overlay&every=all`);
  const stalled: SlowReader[] = [];
  let ok = true;
  try {
    await bystander.firstFrame();
    stalled.push(await SlowReader.open(`${server.wsUrl}/ws/mse/video`, 0));
    for (const name of values.only.split(',')) {
      const cycle = cycles[name];
      if (cycle === undefined) throw new TypeError(`Expected --only of ${Object.keys(cycles).join(',')}, got ${name}`);
      const bars = await measure(cycle, target, {
        count: Number(values.cycles),
        warmup: Number(values.warmup),
        bystander,
      });
      ok = report(`${name}: ${values.cycles} times there and gone, after ${values.warmup} to warm up`, bars) && ok;
    }
  } finally {
    for (const reader of stalled) reader.close();
    bystander.close();
    await server.stop();
    await stamped.stop();
    await rtsp.stop();
  }
  if (!ok) process.exitCode = 1;
}

interface Amount {
  count: number;
  warmup: number;
  bystander: LiveViewer;
}

async function measure(cycle: Cycle, target: CycleTarget, { count, warmup, bystander }: Amount): Promise<Bar[]> {
  for (let i = 0; i < warmup; i++) await cycle(target);
  await sleep(SETTLE_MS);
  const before = holdings(target.server.pid);
  const seen = bystander.frames.length;
  for (let i = 0; i < count; i++) await cycle(target);
  const times = bystander.frames.slice(seen).map(({ atMs }) => atMs);
  await sleep(SETTLE_MS);
  const after = holdings(target.server.pid);
  const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] ?? atMs));
  return [
    { name: 'RSS before', value: before.rss, unit: 'MB' },
    { name: 'RSS growth', value: after.rss - before.rss, unit: 'MB', atMost: 20 },
    { name: 'descriptors before', value: before.descriptors },
    { name: 'descriptors more', value: after.descriptors - before.descriptors, atMost: 2 },
    { name: 'threads more', value: after.threads - before.threads, atMost: 1 },
    { name: 'longest pause of another viewer', value: Math.max(0, ...gaps), unit: 'ms' },
  ];
}

function holdings(pid: number): Holdings {
  return {
    rss: rssMb(pid),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    threads: readdirSync(`/proc/${pid}/task`).length,
  };
}
