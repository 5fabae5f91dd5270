import { get, type IncomingMessage } from 'node:http';
import type { CreatedRules, RuleEvent } from '@lookout/protocol';
import { median, monotonicMs, percentile, sleep } from '../lib/figures.js';
import { LiveViewer } from '../lib/live-viewer.js';
import { numberOptions, report } from '../lib/options.js';
import { cpuSeconds } from '../lib/process-usage.js';
import { type BenchServer, startServer } from '../lib/server-process.js';
import { startStampedCameras } from '../lib/stamped-cameras.js';

const whole = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];
const left = [
  [0, 0],
  [0.5, 0],
  [0.5, 1],
  [0, 1],
];

/** Twenty rules of all behaviours, that a street gives work. */
const triggers: object[] = [
  { behavior: 'enter', zone: 'left' },
  { behavior: 'leave', zone: 'left' },
  { behavior: 'appear', zone: 'left' },
  { behavior: 'stay', zone: 'left', seconds: 5 },
  { behavior: 'stop', seconds: 2 },
  { behavior: 'move', direction: 'left' },
  { behavior: 'speed', level: 'fast' },
  { behavior: 'absent', seconds: 10 },
  { behavior: 'cross', line: 'middle', direction: 'any' },
  { behavior: 'removed' },
].flatMap((trigger) => [
  { ...trigger, subject: { classes: ['person'] } },
  { ...trigger, subject: { classes: ['*'] } },
]);

/**
 * How long after a frame an event is told, and what twenty rules cost the live path: one MJPEG camera of a street at 30 fps, every frame
 * analysed, with a viewer; rules on and off in turn.
 */
export async function run(args: string[]): Promise<void> {
  const { seconds, turns, fps, cooldown } = numberOptions(args, { seconds: 10, turns: 6, fps: 15, cooldown: 0 });
  const cameras = await startStampedCameras({ fps });
  const zones = [
    { name: 'left', points: left },
    { name: 'everywhere', points: whole },
  ];
  const lines = [{ name: 'middle', from: [0.5, 0], to: [0.5, 1] }];
  const [camera] = cameras.cameras(1, { inference_size: 416, fps: 60 });
  if (!camera) throw new Error('expected a camera');
  const server = await startServer([{ ...camera, zones, lines } as never]);
  try {
    const viewer = await LiveViewer.open(`${server.wsUrl}/ws/view/cam1?mode=overlay`);
    await viewer.firstFrame();
    const rules = await addRules(server, cooldown);
    await sleep(5000);
    const told = await follow(server);
    const fromMs = monotonicMs();
    const on: Stretch[] = [];
    const off: Stretch[] = [];
    for (let turn = 0; turn < turns; turn++) {
      // The order changes, so that what drifts with time counts for both.
      for (const isOn of turn % 2 === 0 ? [true, false] : [false, true]) {
        await enable(server, rules, isOn);
        await sleep(1000);
        (isOn ? on : off).push(await measure(server, viewer, seconds));
      }
    }
    const inferMs = median(viewer.since(fromMs).map(({ inferMs: one }) => one));
    const age = (stretches: Stretch[]) => median(stretches.map(({ agesMs }) => median(agesMs)));
    const cpu = (stretches: Stretch[]) => median(stretches.map((one) => one.cpu));
    const delays = told.map(({ delayMs }) => delayMs);
    const ok = report(`Rules: ${turns} turns of ${seconds} s with 20 rules and without, ${fps} fps`, [
      { name: 'events', value: delays.length, atLeast: cooldown === 0 ? 20 : 1 },
      { name: 'inference p50', value: inferMs, unit: 'ms' },
      { name: 'frame to SSE, p50', value: median(delays), unit: 'ms' },
      { name: 'frame to SSE, p95', value: percentile(delays, 0.95), unit: 'ms', atMost: inferMs + 40 },
      { name: 'age p50 with rules', value: age(on), unit: 'ms' },
      { name: 'age p50 without', value: age(off), unit: 'ms' },
      { name: 'age p50, more with rules', value: age(on) - age(off), unit: 'ms', atMost: 1 },
      { name: 'CPU with rules', value: cpu(on), unit: '%' },
      { name: 'CPU without', value: cpu(off), unit: '%' },
      { name: 'CPU, more with rules', value: 100 * (cpu(on) / cpu(off) - 1), unit: '%', atMost: 5 },
      { name: 'rules, mean of a frame', value: await meanRulesMs(server), unit: 'ms' },
    ]);
    if (!ok) process.exitCode = 1;
  } finally {
    await server.stop();
    await cameras.stop();
  }
}

interface Stretch {
  agesMs: number[];
  /** Percent of a core. */
  cpu: number;
}

async function measure(server: BenchServer, viewer: LiveViewer, seconds: number): Promise<Stretch> {
  const fromMs = monotonicMs();
  const before = cpuSeconds(server.pid);
  await sleep(1000 * seconds);
  const elapsed = (monotonicMs() - fromMs) / 1000;
  return {
    agesMs: viewer.since(fromMs).map(({ ageMs }) => ageMs),
    cpu: ((cpuSeconds(server.pid) - before) / elapsed) * 100,
  };
}

async function addRules(server: BenchServer, cooldown: number): Promise<string[]> {
  const ids: string[] = [];
  for (const trigger of triggers) {
    const response = await fetch(`${server.url}/api/rules`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ rule: { cooldown_s: cooldown, trigger } }),
    });
    if (!response.ok) throw new Error(`POST /api/rules gives ${response.status}: ${await response.text()}`);
    const { rules } = (await response.json()) as CreatedRules;
    ids.push(...rules.map(({ id }) => id));
  }
  return ids;
}

async function enable(server: BenchServer, rules: readonly string[], enabled: boolean): Promise<void> {
  for (const id of rules) {
    await fetch(`${server.url}/api/rules/${id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ enabled }),
    });
  }
}

/** Events as they are told, and how long after their frame was taken. */
async function follow(server: BenchServer): Promise<Array<{ delayMs: number }>> {
  const told: Array<{ delayMs: number }> = [];
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${server.url}/api/events/stream`, { agent: false }, resolve).once('error', reject);
  });
  let text = '';
  response.on('error', () => undefined);
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const nowMs = performance.timeOrigin + performance.now();
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      if (!block.includes('event: created')) continue;
      const event = JSON.parse(block.slice(block.indexOf('data: ') + 6)) as RuleEvent;
      told.push({ delayMs: nowMs - event.frame_timestamp });
    }
  });
  return told;
}

async function meanRulesMs(server: BenchServer): Promise<number> {
  const sum = await server.metric('lookout_rules_seconds_sum');
  return (1000 * sum) / (await server.metric('lookout_rules_seconds_count'));
}
