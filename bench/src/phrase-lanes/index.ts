import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EMBED_MODELS, heldTextBytes } from '@lookout/server/phrase-testing';
import { writeConseModel } from '@lookout/vision/testing/conse-model';
import { median, monotonicMs, percentile, sleep } from '../lib/figures.js';
import { camerasLive } from '../lib/live-cameras.js';
import { LiveViewer } from '../lib/live-viewer.js';
import { numberOptions, report } from '../lib/options.js';
import { rssMb } from '../lib/process-usage.js';
import { type BenchServer, startServer } from '../lib/server-process.js';
import { startStampedCameras } from '../lib/stamped-cameras.js';

const RULE = {
  cameras: 'all',
  severity: 'info',
  cooldown_s: 60,
  trigger: { behavior: 'appear', subject: { classes: ['person'], phrase: 'person in a red jacket' } },
};
/** A little longer than a text model stays open. */
const TEXT_CLOSED_MS = 75_000;
/** Time for a newly chosen model to embed the words of the rules, which happens once. */
const SETTLE_MS = 6000;
const EMBED = '/api/models/tasks/embed';

interface Load {
  readonly name: string;
  readonly cameras: number;
  readonly fps: number;
}

const LOADS: readonly Load[] = [
  { name: 'one camera at 15 fps', cameras: 1, fps: 15 },
  { name: 'four cameras at 60 fps, more than can be analysed', cameras: 4, fps: 60 },
];

/**
 * Cost to live video of comparing objects with the phrase of a rule: alternating turns with and without the model, on one server under the
 * same load. Also measures the memory of texts. `npm run bench -- phrase-lanes`; needs `../shared`. The exit code is 1 when a bar is missed.
 */
export async function run(args: string[]): Promise<void> {
  const { seconds, turns, size } = numberOptions(args, { seconds: 10, turns: 4, size: 320 });
  const textsMb = (await heldTextBytes(1000, 512)) / 1e6;
  let holds = report('Texts in memory', [{ name: '1000 texts of 512 numbers', value: textsMb, unit: 'MB', atMost: 5 }]);
  for (const load of LOADS) holds = (await live(load, { seconds, turns, size })) && holds;
  holds = (await memory(size)) && holds;
  if (!holds) process.exitCode = 1;
}

/** A server with an embedding model. */
function serve(cameras: Parameters<typeof startServer>[0]): Promise<BenchServer> {
  return startServer(cameras, {
    prepare: async (data) => {
      const folder = join(data, 'models', 'words');
      mkdirSync(folder, { recursive: true });
      await writeConseModel(folder, EMBED_MODELS);
    },
  });
}

async function live({ name, cameras: count, fps }: Load, { seconds, turns, size }: Record<string, number>) {
  const cameras = await startStampedCameras({ fps });
  const given = cameras.cameras(count, { inference_size: size, fps: 60 });
  const server = await serve(given);
  try {
    await camerasLive(server, count);
    await server.send('POST', '/api/rules', { rule: RULE });
    const viewers = await Promise.all(
      given.map(({ id }) => LiveViewer.open(`${server.wsUrl}/ws/view/${id}?mode=overlay`)),
    );
    const busy: Turn[] = [];
    const idle: Turn[] = [];
    for (let i = 0; i < 2 * turns!; i++) {
      const isBusy = i % 2 === 1;
      await server.send('PUT', EMBED, { choice: isBusy ? 'auto' : 'off' });
      await sleep(SETTLE_MS);
      (isBusy ? busy : idle).push(await watch(server, viewers, seconds!));
    }
    const of = (key: keyof Turn, kind: readonly Turn[]) => median(kind.map((turn) => turn[key]));
    return report(`${name}, 640×480, size ${size}: median of ${turns} turns of ${seconds} s with and without looks`, [
      { name: 'looks', value: of('looks', busy), unit: '/s' },
      { name: 'age p95 without', value: of('p95', idle), unit: 'ms' },
      { name: 'age p95 with', value: of('p95', busy), unit: 'ms' },
      // Under overload, age depends on which frames are skipped.
      ...(count > 1
        ? []
        : [{ name: 'added to age p95', value: of('p95', busy) - of('p95', idle), unit: 'ms', atMost: 2 }]),
      { name: 'analysed frames without', value: of('analysed', idle), unit: '/s' },
      {
        ...{ name: 'analysed frames with, relative to without', unit: '' },
        ...{ value: of('analysed', busy) / of('analysed', idle), atLeast: 0.95 },
      },
    ]);
  } finally {
    await server.stop();
    await cameras.stop();
  }
}

interface Turn {
  readonly p95: number;
  readonly analysed: number;
  readonly looks: number;
}

async function watch(server: BenchServer, viewers: readonly LiveViewer[], seconds: number): Promise<Turn> {
  const fromMs = monotonicMs();
  const looks = () => server.metric('lookout_phrase_looks_total', 'outcome="done"');
  const before = await looks();
  await sleep(seconds * 1000);
  const elapsed = (monotonicMs() - fromMs) / 1000;
  const frames = viewers.map((viewer) => viewer.since(fromMs));
  return {
    p95: Math.max(
      ...frames.map((seen) =>
        percentile(
          seen.map(({ ageMs }) => ageMs),
          0.95,
        ),
      ),
    ),
    analysed: frames.reduce((sum, seen) => sum + seen.length, 0) / elapsed,
    looks: ((await looks()) - before) / elapsed,
  };
}

/** Memory of the server with a text model open, and after it is closed again. */
async function memory(size: number): Promise<boolean> {
  const cameras = await startStampedCameras({ fps: 15 });
  const server = await serve(cameras.cameras(1, { inference_size: size, fps: 15 }));
  try {
    await camerasLive(server, 1);
    await server.send('PUT', EMBED, { choice: 'off' });
    await sleep(20_000);
    const without = rssMb(server.pid);
    await server.send('PUT', EMBED, { choice: 'auto' });
    await sleep(20_000);
    const before = rssMb(server.pid);
    await server.send('POST', '/api/search', { text: 'a person in a red jacket' });
    const open = rssMb(server.pid);
    await sleep(TEXT_CLOSED_MS);
    return report('Memory of the models', [
      { name: 'added by the image side', value: before - without, unit: 'MB' },
      { name: 'added by the open text side', value: open - before, unit: 'MB' },
      {
        name: 'still added after the text side is closed',
        value: rssMb(server.pid) - before,
        unit: 'MB',
        atMost: 60,
      },
    ]);
  } finally {
    await server.stop();
    await cameras.stop();
  }
}
