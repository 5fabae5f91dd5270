import { startRtspServer, WebRtcClient } from '@lookout/media/testing';
import { medians, monotonicMs, sleep } from '../lib/figures.js';
import { numberOptions, report } from '../lib/options.js';
import { cpuSeconds } from '../lib/process-usage.js';
import { startServer } from '../lib/server-process.js';

/** Connected viewers get their first group of pictures at once: not the steady state, ms. */
const SETTLE_MS = 3000;

/**
 * Many WHEP viewers of one RTSP camera, H.264 passed through, detection off: what the server spends on them, and whether each gets every
 * frame.
 */
export async function run(args: string[]): Promise<void> {
  const { seconds, runs, viewers, fps } = numberOptions(args, { seconds: 20, runs: 3, viewers: 20, fps: 25 });
  const results: Awaited<ReturnType<typeof once>>[] = [];
  for (let i = 0; i < runs; i++) results.push(await once(seconds, viewers, fps));
  const figures = medians(results);
  const ok = report(
    `${viewers} WHEP viewers of one camera, 640×480 at ${fps} fps: median of ${runs} runs of ${seconds} s`,
    [
      { name: 'server CPU, with the viewers', value: figures.cpu, unit: '%', atMost: 20 },
      { name: 'server CPU, with one viewer', value: figures.cpuOfOne, unit: '%' },
      { name: 'bits to each viewer', value: figures.kbit, unit: 'kbit/s' },
      { name: 'frames at the viewer with the fewest', value: figures.fewest, unit: 'fps', atLeast: fps * 0.98 },
      { name: 'packets lost, all viewers', value: figures.lost, atMost: 0 },
    ],
  );
  if (!ok) process.exitCode = 1;
}

async function once(seconds: number, count: number, fps: number) {
  const camera = await startRtspServer({ width: 640, height: 480, fps });
  const cameras = [{ id: 'cam1', url: camera.url, detect: { enabled: false } }];
  const server = await startServer(cameras, { limits: { webrtc_sessions_per_address: count } });
  const clients: WebRtcClient[] = [];
  const watch = async () => {
    const client = new WebRtcClient('recvonly');
    clients.push(client);
    const response = await fetch(`${server.url}/whep/cam1`, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp' },
      body: await client.offer(),
    });
    if (response.status !== 201) throw new Error(`WHEP answers ${response.status}: ${await response.text()}`);
    await client.accept(await response.text());
  };
  /** CPU of the server in the next seconds, in percent of a core. */
  const measureCpu = async (forSeconds: number) => {
    const before = cpuSeconds(server.pid);
    const fromMs = monotonicMs();
    await sleep(forSeconds * 1000);
    return ((cpuSeconds(server.pid) - before) / (monotonicMs() - fromMs)) * 1e5;
  };
  try {
    await watch();
    await sleep(SETTLE_MS);
    const cpuOfOne = await measureCpu(seconds / 4);
    // One after the other: the encryption's handshake is expensive for this process, which plays all of them.
    for (let i = 1; i < count; i++) await watch();
    await sleep(SETTLE_MS);
    for (const client of clients) client.resetCounts();
    const cpu = await measureCpu(seconds);
    const bytes = clients.flatMap(({ received }) => received).reduce((sum, { length }) => sum + length, 0);
    return {
      cpu,
      cpuOfOne,
      kbit: (bytes * 8) / 1000 / seconds / count,
      fewest: Math.min(...clients.map(({ frames }) => frames)) / seconds,
      lost: clients.reduce((sum, { lost }) => sum + lost, 0),
    };
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    await server.stop();
    await camera.stop();
  }
}
