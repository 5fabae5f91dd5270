import { syntheticJpeg } from '@lookout/media/testing';
import { afterEach, expect, it } from 'vitest';
import { FakeWorkers, models } from '../../testing/fake-workers.js';
import { DetectionSession, type FrameAnswer } from './detection-session.js';
import { ImageMemory, readClientImage } from './image-data.js';
import { defaultConfig } from './session-config.js';
import { FrameTally } from './session-counts.js';

const image = readClientImage(syntheticJpeg({ width: 640, height: 480 }));
const sessions: DetectionSession[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.close();
});

interface World {
  clients: number;
  fps: number;
  workers: number;
  inferMs: number;
  seconds: number;
  tracking: boolean;
}

interface Outcome {
  /** Results of each client. */
  served: number[];
  /** From a frame's arrival to its result, in the order of the results. */
  agesMs: number[];
  answers: number;
  sent: number;
}

/** Clients that all send at a rate of their own, whatever comes back; milliseconds pass as fast as they are computed. */
async function run({ clients, fps, workers, inferMs, seconds, tracking }: World): Promise<Outcome> {
  const machine = new FakeWorkers(workers);
  const memory = new ImageMemory();
  const outcome: Outcome = { served: Array(clients).fill(0), agesMs: [], answers: 0, sent: 0 };
  const config = {
    ...defaultConfig({ defaultFps: 30, enableTracking: tracking, confidence: 0.5, crossClassIou: 0.8 }),
  };
  for (let client = 0; client < clients; client++) {
    sessions.push(
      new DetectionSession({
        ...machine,
        id: `${client}`,
        transport: 'websocket',
        config,
        models: models.hold(),
        dispatcher: machine.dispatcher,
        memory,
        queueSize: 50,
        timeoutMs: 1e9,
        observer: new FrameTally(),
        onExpired: () => undefined,
      }),
    );
  }
  const startMs = machine.nowMs;
  const next = Array.from({ length: clients }, (_, client) => startMs + (client * 1000) / fps / clients);
  while (machine.nowMs < startMs + seconds * 1000) {
    machine.nowMs++;
    for (const job of [...machine.jobs]) if (machine.nowMs - job.startedMs >= inferMs) await job.finish();
    for (const [client, session] of sessions.entries()) {
      if (next[client]! > machine.nowMs) continue;
      next[client]! += 1000 / fps;
      outcome.sent++;
      session.offer({
        id: outcome.sent,
        timestampS: undefined,
        read: () => image,
        answer: (answer: FrameAnswer) => {
          outcome.answers++;
          if (answer.type !== 'detection_result') return;
          outcome.served[client]!++;
          outcome.agesMs.push(answer.data.processing_time_ms);
        },
      });
    }
  }
  for (const session of sessions) session.close();
  return outcome;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const p95 = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.95)]!;

it.each<[string, World]>([
  ['twice what there is', { clients: 10, fps: 25, workers: 2, inferMs: 19, seconds: 60, tracking: true }],
  ['many times what there is', { clients: 40, fps: 30, workers: 2, inferMs: 19, seconds: 30, tracking: true }],
  ['a little more than there is', { clients: 4, fps: 28, workers: 2, inferMs: 19, seconds: 30, tracking: false }],
])('of %s, all is used, shared alike, and no older with time', async (_what, world) => {
  const { served, agesMs, answers, sent } = await run(world);
  const most = (world.workers * 1000 * world.seconds) / world.inferMs;
  expect(sum(served)).toBeGreaterThan(0.9 * Math.min(most, world.clients * world.fps * world.seconds));
  // Jain's index.
  expect(sum(served) ** 2 / (served.length * sum(served.map((count) => count ** 2)))).toBeGreaterThan(0.98);
  // What is analysed is the newest its client has sent.
  expect(p95(agesMs)).toBeLessThanOrEqual(1000 / world.fps + world.inferMs + 2);
  const tenth = Math.floor(agesMs.length / 10);
  expect(p95(agesMs.slice(-tenth))).toBeLessThanOrEqual(p95(agesMs.slice(tenth, 2 * tenth)) * 1.1);
  expect(answers).toBe(sent);
});

it('of what there is, nearly nothing is lost', async () => {
  const { served, sent } = await run({ clients: 3, fps: 25, workers: 2, inferMs: 19, seconds: 30, tracking: true });
  expect(sum(served)).toBeGreaterThan(0.99 * sent);
});
