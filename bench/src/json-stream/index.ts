import { WebSocket } from 'ws';
import { median, monotonicMs, sleep } from '../lib/figures.js';
import { numberOptions, report } from '../lib/options.js';
import { startServer } from '../lib/server-process.js';
import { startStampedCameras } from '../lib/stamped-cameras.js';

/** The JSON stream at skip_frames=2, fps=10 on a 30 fps camera with 4 subscribers: rate sent, frames decoded, pulls. */
export async function run(args: string[]): Promise<void> {
  const { seconds, runs, subscribers } = numberOptions(args, { seconds: 20, runs: 3, subscribers: 4 });
  const results: Awaited<ReturnType<typeof once>>[] = [];
  for (let i = 0; i < runs; i++) results.push(await once(seconds, subscribers));
  const middle = (key: keyof (typeof results)[number]) => median(results.map((result) => result[key]));
  const ok = report(
    `JSON stream, skip_frames=2, fps=10, ${subscribers} subscribers: median of ${runs} runs of ${seconds} s`,
    [
      { name: 'sent to the slowest subscriber', value: middle('least'), unit: 'fps', atLeast: 9.8 },
      { name: 'sent to the fastest subscriber', value: middle('most'), unit: 'fps', atMost: 10.2 },
      { name: 'decoded', value: middle('decoded'), unit: 'fps', atMost: 10.5 },
      { name: 'pulls from the camera', value: middle('pulls'), atMost: 1 },
    ],
  );
  if (!ok) process.exitCode = 1;
}

async function once(seconds: number, subscribers: number) {
  const cameras = await startStampedCameras();
  const server = await startServer(cameras.cameras(1));
  try {
    const url = `${server.wsUrl}/ws/stream/cam1?skip_frames=2&fps=10`;
    const counts: number[] = [];
    for (let i = 0; i < subscribers; i++) {
      const socket = new WebSocket(url, { perMessageDeflate: false });
      counts.push(0);
      socket.on('message', (data) => {
        if (String(data).startsWith('{"type":"frame"')) counts[i] = (counts[i] ?? 0) + 1;
      });
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    }
    await sleep(3000);
    const before = [...counts];
    const decodedBefore = await server.metric('lookout_decodes_total');
    const fromMs = monotonicMs();
    await sleep(seconds * 1000);
    const elapsed = (monotonicMs() - fromMs) / 1000;
    const rates = counts.map((count, i) => (count - (before[i] ?? 0)) / elapsed);
    return {
      least: Math.min(...rates),
      most: Math.max(...rates),
      decoded: ((await server.metric('lookout_decodes_total')) - decodedBefore) / elapsed,
      pulls: (await cameras.stats()).accepted,
    };
  } finally {
    await server.stop();
    await cameras.stop();
  }
}
