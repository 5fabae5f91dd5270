import type { EventChange } from '@lookout/rules';
import { openRecordingNode } from '@lookout/server/cluster-testing';
import { monotonicMs, sleep } from '../lib/figures.js';
import type { NodeReport, NodeTask } from './node-process.js';

// A separate process: a node whose cameras see something at a steady rate, each event over when the next one begins. It says when it is ready,
// begins when it is told to, and ends with a report once everything is stored.

const task = JSON.parse(process.argv[2] ?? '') as NodeTask;
const report: NodeReport = { fired: 0, lost: 0, created: [], ended: 0 };
const node = await openRecordingNode({
  ...task,
  onStored: (kind, { camera, measured }) => {
    if (kind === 'created') report.created.push({ camera, number: measured.number ?? -1 });
    else report.ended++;
  },
  onLost: () => report.lost++,
});
process.send?.('ready');
await new Promise((resolve) => process.once('message', resolve));

const startMs = monotonicMs();
const events = Math.round(task.perSecond * task.seconds);
let last: EventChange[] = [];
for (let i = 0; i < events; i++) {
  // A schedule: what was late does not make all that follows late.
  const dueMs = startMs + (i * 1000) / task.perSecond;
  if (dueMs > monotonicMs()) await sleep(dueMs - monotonicMs());
  const camera = task.cameras[i % task.cameras.length] ?? '';
  const created = change(camera, Math.floor(i / task.cameras.length));
  node.record([...last.filter(({ event }) => event.camera === camera).map(over), created]);
  last = [...last.filter(({ event }) => event.camera !== camera), created];
  report.fired++;
}
node.record(last.map(over));
while (node.unstored > 0) await sleep(50);
await node.close();
process.send?.(report);
process.disconnect();

function change(camera: string, number: number): EventChange {
  const timeMs = Date.now();
  return {
    kind: 'created',
    event: {
      ...{ key: `r/${camera}/${number}`, ruleId: 'r', camera, behavior: 'appear', reason: 'It appeared.', objects: [] },
      ...{ startedAtMs: timeMs, frameTimestampMs: timeMs, endedAtMs: null, measured: { number } },
    },
  };
}

function over({ event }: EventChange): EventChange {
  return { kind: 'ended', event: { ...event, endedAtMs: Date.now() } };
}
