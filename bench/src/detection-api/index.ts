import { makeTestJpegs } from '@lookout/media/testing';
import { DetectionServerMessage } from '@lookout/protocol';
import { WebSocket } from 'ws';
import { median, monotonicMs, percentile, sleep, slope } from '../lib/figures.js';
import { numberOptions, report } from '../lib/options.js';
import { rssMb } from '../lib/process-usage.js';
import { type BenchServer, startServer } from '../lib/server-process.js';

/** The measurements of one client. */
interface Measured {
  /** From sending a frame to receiving its result, ms; with the model's own time, and when the result arrived. */
  results: Array<{ atMs: number; roundTripMs: number; inferMs: number }>;
  sent: number;
  answered: number;
}

/** A client of `/stream/detection` over its own socket. */
class Client {
  readonly measured: Measured = { results: [], sent: 0, answered: 0 };
  readonly #sentMs = new Map<string, number>();
  readonly #socket: WebSocket;
  readonly #frames: readonly string[];
  #answered: () => void = () => undefined;

  private constructor(socket: WebSocket, frames: readonly string[]) {
    this.#socket = socket;
    this.#frames = frames;
    socket.on('message', (data) => this.#hear(DetectionServerMessage.parse(JSON.parse(String(data)))));
  }

  static async connect(server: BenchServer, frames: readonly string[], fps: number): Promise<Client> {
    const socket = new WebSocket(`${server.wsUrl}/stream/detection?fps_limit=${fps}`, { perMessageDeflate: false });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return new Client(socket, frames);
  }

  send(): void {
    const number = this.measured.sent++;
    this.#sentMs.set(`f${number}`, monotonicMs());
    const image_data = this.#frames[number % this.#frames.length];
    this.#socket.send(
      JSON.stringify({ type: 'frame', frame_id: `f${number}`, image_data, timestamp: Date.now() / 1000 }),
    );
  }

  /** Sends the next frame after the answer to the previous one, but not before `periodMs` have passed. */
  async closedLoop(untilMs: number, periodMs: number): Promise<void> {
    while (monotonicMs() < untilMs) {
      const startMs = monotonicMs();
      const answered = new Promise<void>((resolve) => {
        this.#answered = resolve;
      });
      this.send();
      await answered;
      await sleep(Math.max(0, periodMs - (monotonicMs() - startMs)));
    }
  }

  /** Sends frames at a fixed rate, whatever is answered. */
  async openLoop(untilMs: number, fps: number): Promise<void> {
    let dueMs = monotonicMs() + Math.random() * (1000 / fps);
    while (dueMs < untilMs) {
      await sleep(Math.max(0, dueMs - monotonicMs()));
      this.send();
      dueMs += 1000 / fps;
    }
    // Wait for the last answers.
    for (let i = 0; i < 100 && this.measured.answered < this.measured.sent; i++) await sleep(20);
  }

  close(): void {
    this.#socket.close();
  }

  #hear(message: DetectionServerMessage): void {
    const id = 'data' in message ? message.data.frame_id : 'frame_id' in message ? message.frame_id : undefined;
    const sentMs = this.#sentMs.get(String(id));
    if (sentMs === undefined) throw new Error(`An answer without a frame, or a second one: ${JSON.stringify(message)}`);
    this.#sentMs.delete(String(id));
    this.measured.answered++;
    if (message.type === 'detection_result') {
      const atMs = monotonicMs();
      this.measured.results.push({ atMs, roundTripMs: atMs - sentMs, inferMs: message.data.inference_ms });
    } else if (message.type === 'error') throw new Error(message.error);
    this.#answered();
  }
}

/** The detection API: what a round trip costs besides inference, what overload does, how much memory a session takes. */
export async function run(args: string[]): Promise<void> {
  const { seconds, sessions, fps, workers } = numberOptions(args, { seconds: 20, sessions: 10, fps: 25, workers: 2 });
  const frames = (await makeTestJpegs({ width: 640, height: 480 })).map((jpeg) => Buffer.from(jpeg).toString('base64'));
  const server = await startServer([], { workers, streaming: { max_fps: 240 } });
  try {
    const one = await alone(server, frames, seconds);
    const most = rate(
      await together(server, frames, workers * 4, seconds, (client, untilMs) => client.closedLoop(untilMs, 0)),
      seconds,
    );
    const quietMb = rssMb(server.pid);
    let busyMb = 0;
    const watching = setInterval(() => {
      busyMb = Math.max(busyMb, rssMb(server.pid));
    }, 1000);
    const crowd = await together(server, frames, sessions, seconds, (client, untilMs) => client.openLoop(untilMs, fps));
    clearInterval(watching);
    const served = crowd.map(({ results }) => results.length);
    const ages = crowd.flatMap(({ results }) => results).sort((a, b) => a.atMs - b.atMs);
    const ok = report(`Detection API: 640×480 JPEGs in base64 over WebSockets, ${seconds} s each`, [
      { name: 'round trip of one session, p50', value: one.roundTripMs, unit: 'ms' },
      { name: '… the inference of it, p50', value: one.inferMs, unit: 'ms' },
      { name: '… all else, p50', value: one.restMs, unit: 'ms', atMost: 4 },
      { name: `saturated: ${workers * 4} sessions in closed loop`, value: most, unit: 'fps' },
      {
        name: `${sessions} sessions × ${fps} fps: share that was served`,
        value: rate(crowd, seconds) / Math.min(most, sessions * fps),
        atLeast: 0.9,
      },
      { name: '… least served against most served', value: Math.min(...served) / Math.max(...served), atLeast: 0.9 },
      {
        name: '… age of answers, p95',
        value: percentile(
          ages.map(({ roundTripMs }) => roundTripMs),
          0.95,
        ),
        unit: 'ms',
        atMost: 120,
      },
      {
        name: '… its growth',
        value: slope(ages.map(({ atMs, roundTripMs }) => [atMs / 60_000, roundTripMs] as const)),
        unit: 'ms/min',
      },
      {
        name: '… frames without an answer',
        value: crowd.reduce((sum, { sent, answered }) => sum + sent - answered, 0),
        atMost: 0,
      },
      { name: 'memory of an active session, at most', value: (busyMb - quietMb) / sessions, unit: 'MB', atMost: 10 },
      { name: 'memory of an idle session', value: await idleSessionMb(server), unit: 'MB', atMost: 1 },
    ]);
    if (!ok) process.exitCode = 1;
  } finally {
    await server.stop();
  }
}

async function alone(server: BenchServer, frames: readonly string[], seconds: number) {
  const client = await Client.connect(server, frames, 30);
  await client.closedLoop(monotonicMs() + 2000, 40);
  client.measured.results.length = 0;
  await client.closedLoop(monotonicMs() + seconds * 1000, 40);
  client.close();
  const { results } = client.measured;
  return {
    roundTripMs: median(results.map(({ roundTripMs }) => roundTripMs)),
    inferMs: median(results.map(({ inferMs }) => inferMs)),
    restMs: median(results.map(({ roundTripMs, inferMs }) => roundTripMs - inferMs)),
  };
}

async function together(
  server: BenchServer,
  frames: readonly string[],
  count: number,
  seconds: number,
  send: (client: Client, untilMs: number) => Promise<void>,
): Promise<Measured[]> {
  const clients: Client[] = [];
  for (let i = 0; i < count; i++) clients.push(await Client.connect(server, frames, 240));
  const untilMs = monotonicMs() + seconds * 1000;
  await Promise.all(clients.map((client) => send(client, untilMs)));
  for (const client of clients) client.close();
  return clients.map(({ measured }) => measured);
}

function rate(measured: readonly Measured[], seconds: number): number {
  return measured.reduce((sum, { results }) => sum + results.length, 0) / seconds;
}

async function idleSessionMb(server: BenchServer): Promise<number> {
  const count = 100;
  const beforeMb = rssMb(server.pid);
  for (let i = 0; i < count; i++) {
    const { status } = await fetch(`${server.url}/stream/sessions`, { method: 'POST' });
    if (status !== 201) throw new Error(`A session was answered with ${status}`);
  }
  return (rssMb(server.pid) - beforeMb) / count;
}
