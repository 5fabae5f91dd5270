import { nowMs } from '@lookout/media';
import type { EventChange } from '@lookout/rules';
import { EventBus } from '../pipeline/bus/event-bus.js';
import { EventRecorder } from '../pipeline/events/event-recorder.js';
import { fencedEvents } from '../platform/cluster/fenced-events.js';
import { LeaseKeeper } from '../platform/cluster/lease-keeper.js';
import { openClusterStorage } from '../platform/storage/cluster-storage.js';
import type { KeptEvent, KeptRule } from '../platform/storage/index.js';
import { later } from '../platform/threads/later.js';

export interface RecordingNodeOptions {
  readonly name: string;
  readonly database: string;
  readonly joinSecret: string;
  /** The data folder of this node. */
  readonly data: string;
  /** All that it is to have. */
  readonly cameras: readonly string[];
  onStored(kind: string, event: Pick<KeptEvent, 'camera' | 'measured'>): void;
  /** An event or a lease is lost. */
  onLost(): void;
}

/** How long a lease lasts, as in a server, ms. */
const TTL_MS = 6000;

const RULE = { rule: { severity: 'warning' } as KeptRule['rule'], summary: 'When something appears' };

/** What of a node stores events: its connections, its leases, and the recorder; nothing is seen by cameras. */
export async function openRecordingNode({ name, cameras, onStored, onLost, ...options }: RecordingNodeOptions) {
  const storage = await openClusterStorage({ ...options, ttlMs: TTL_MS });
  const keeper: LeaseKeeper = new LeaseKeeper({
    ...{ store: storage.cluster.leases, node: name, ttlMs: TTL_MS, now: nowMs, later },
    heirs: () => [],
    onLost,
    // As all nodes would agree, which have lost the database too: nobody takes a camera.
    onFault: () => keeper.keepUntil(nowMs() + TTL_MS),
  });
  for (const camera of cameras) {
    if (!(await keeper.claim(camera))) throw new Error(`The camera ${camera} is another node’s`);
  }
  keeper.start();
  const fence = {
    epochOf: (camera: string) => keeper.epochOf(camera),
    refused: (camera: string, epoch: number) => keeper.refused(camera, epoch),
    // Without the file of a whole node: what waits is in memory alone.
    waiting: () => undefined,
    isLost: () => false,
    onLost: () => {},
  };
  const bus = new EventBus({ count: () => {}, log: (_topic, error) => console.error(error), now: nowMs });
  bus.on('event', ({ kind, event }) => onStored(kind, event));
  const recorder = new EventRecorder({
    store: fencedEvents(storage.events, fence),
    bus,
    node: name,
    rule: () => RULE,
    takePictures: () => ({ hasSnapshot: false, hasClip: false }),
    onEnded: () => {},
    view: (event) => ({ ...event, snapshot_url: null, clip_url: null }),
    deliveries: () => [],
    onFired: () => {},
    onFault: () => {},
    onLost,
    later,
  });
  return {
    record: (changes: readonly EventChange[]) => recorder.record(changes, undefined),
    get unstored(): number {
      return recorder.unstoredCount;
    },
    async close(): Promise<void> {
      await recorder.close();
      keeper.stop();
      await keeper.release(cameras);
      await storage.close();
    },
  };
}
