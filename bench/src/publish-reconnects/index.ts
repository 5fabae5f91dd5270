import { makeTestJpegs } from '@lookout/media/testing';
import { WebSocket } from 'ws';
import { sleep } from '../lib/figures.js';
import { numberOptions, report } from '../lib/options.js';
import { rssMb } from '../lib/process-usage.js';
import { startServer } from '../lib/server-process.js';

/** A publisher that connects, sends some frames and disconnects, a thousand times: the server's memory must not grow. */
export async function run(args: string[]): Promise<void> {
  const { times, frames, warmup } = numberOptions(args, { times: 1000, frames: 3, warmup: 1500 });
  const server = await startServer([{ id: 'cam1', kind: 'push' }]);
  const jpegs = await makeTestJpegs({ count: frames });
  try {
    let frameNumber = 0;
    const refused: string[] = [];
    const visit = async (index: number) => {
      const socket = new WebSocket(`${server.wsUrl}/ws/camera/cam1`, { perMessageDeflate: false });
      socket.on('message', (data) => {
        const message = JSON.parse(String(data));
        if (message.type === 'error') refused.push(message.code);
      });
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
      for (const jpeg of jpegs) {
        const metadata = { type: 'frame_metadata', timestamp: Date.now(), frameNumber: frameNumber++, format: 'jpeg' };
        socket.send(JSON.stringify({ ...metadata, width: 640, height: 480 }));
        socket.send(jpeg);
      }
      // When the server answers this, it has received everything before it.
      const answered = new Promise<void>((resolve) =>
        socket.on('message', (data) => JSON.parse(String(data)).type === 'pong' && resolve()),
      );
      socket.send(JSON.stringify({ type: 'ping', t0: 0 }));
      await answered;
      const closed = new Promise((resolve) => socket.once('close', resolve));
      // Every other one disconnects without a close handshake.
      if (index % 2) socket.terminate();
      else socket.close();
      await closed;
    };
    for (let i = 0; i < warmup; i++) await visit(i);
    await sleep(5000);
    const before = rssMb(server.pid);
    for (let i = 0; i < times; i++) await visit(i);
    await sleep(5000);
    const after = rssMb(server.pid);
    const ok = report(
      `${times} publishers that connected and disconnected, ${frames} frames each, after ${warmup} to warm up`,
      [
        { name: 'RSS before', value: before, unit: 'MB' },
        { name: 'RSS after', value: after, unit: 'MB' },
        { name: 'growth', value: after - before, unit: 'MB', atMost: 10 },
        { name: 'errors told', value: refused.length, atMost: 0 },
        { name: 'frames received', value: await server.metric('lookout_frames_total', 'event="received"') },
      ],
    );
    if (!ok) process.exitCode = 1;
  } finally {
    await server.stop();
  }
}
