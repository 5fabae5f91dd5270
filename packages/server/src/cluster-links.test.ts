import type { AddressInfo } from 'node:net';
import { type JpegFrame, nowMs } from '@lookout/media';
import { NewCamera } from '@lookout/protocol';
import { createTracker } from '@lookout/vision';
import Fastify from 'fastify';
import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { createPlainServer } from './api/http/page-server.js';
import { ClusterLinks } from './cluster-links.js';
import { EventBus } from './pipeline/bus/event-bus.js';
import { Camera } from './pipeline/cameras/camera.js';
import type { CameraManager } from './pipeline/cameras/camera-manager.js';
import type { CameraSourceEvents } from './pipeline/cameras/camera-options.js';
import type { AnalysedFrame, PassedAnalysis } from './pipeline/live/analysed-frame.js';
import type { PictureSet } from './pipeline/live/picture-set.js';
import type { PeerNode, Placement } from './platform/cluster/placement.js';
import { consumer, person, streetModel } from './testing/analysis-lane.js';
import { until } from './testing/whole-server.js';

const closers: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Who has the camera, as all nodes see it. */
class Cluster {
  owner: string | undefined;
  readonly nodes = new Map<string, PeerNode>();
  readonly listeners = new Set<(camera: string) => void>();

  placementOf(here: string): Placement {
    return {
      here,
      ownerOf: () => (this.owner === here ? 'here' : this.nodes.get(this.owner ?? '')),
      peers: () => [...this.nodes.values()].filter(({ id }) => id !== here),
      onMoved: (listener) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
      },
    };
  }

  moveTo(owner: string | undefined): void {
    this.owner = owner;
    for (const listener of this.listeners) listener('yard');
  }
}

/** A node with the camera `yard`, whose frames come when the test says so. */
async function startNode(cluster: Cluster, id: string, aheadMs = 0) {
  const bus = new EventBus({ count: () => undefined, log: (_topic, error) => console.error(error), now: nowMs });
  const placement = cluster.placementOf(id);
  const log = pino({ level: 'silent' });
  const now = () => nowMs() + aheadMs;
  const outage = { isLost: true, held: [{ camera: 'yard', epoch: cluster.nodes.size }] };
  const secret = {
    joinSecret: 'open sesame',
    onOutage: () => outage,
    onRefused: () => undefined,
    onPassed: () => undefined,
  };
  const links = new ClusterLinks({ ...secret, placement, log, now });
  const app = Fastify({
    serverFactory: (handler) => createPlainServer(handler, { requestTimeoutMs: 5000, onPeer: links.peers.accept }),
  });
  const sources: CameraSourceEvents[] = [];
  let opened: Camera | undefined;
  const camera = new Camera(
    {
      config: { ...NewCamera.parse({ kind: 'push' }), id: 'yard', name: 'Yard' },
      ...{ origin: 'api', hasFixedRegions: false, isElsewhere: true, auto: { size: 416, confidence: 0.3 } },
      model: () => streetModel,
      device: () => 'cpu',
      pool: {} as never,
      dispatcher: { add: () => undefined, remove: () => undefined, kick: () => undefined } as never,
      openSource: (_config, events) => {
        sources.push(events);
        return { start: () => events.onState('live', 'live'), close: async () => undefined };
      },
      openPassed: links.openPassed,
      createTracker: () => createTracker(),
      sink: new Proxy({}, { get: () => () => undefined }) as never,
      onEncode: () => undefined,
      alarmed: () => new Set([7]),
      lastSeen: () => ({ person: Math.round(now()) - 5000 }),
      log,
      now,
    },
    {
      onChange: (kind) => opened && bus.emit('camera', { kind, camera: opened.view() }),
      onLives: () => undefined,
      onObserved: () => expect.unreachable('a frame was observed on a node that does not analyse it'),
    },
  );
  opened = camera;
  const cameras = { all: () => [camera], has: () => true, camera: () => camera } as unknown as CameraManager;
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  cluster.nodes.set(id, { id, name: id, url: `http://127.0.0.1:${port}` });
  const end = links.start(app, cameras, bus);
  const close = async () => {
    end();
    cluster.nodes.delete(id);
    await camera.close();
    await app.close();
  };
  closers.push(close);
  let number = 0;
  /** A frame of this node's own, analysed. */
  const show = (text: string, ageMs = 40) => {
    const timestampMs = now() - ageMs;
    const size = { width: 640, height: 480, jpeg: new TextEncoder().encode(text) };
    const frame: JpegFrame = { kind: 'jpeg', number: number++, timestampMs, receivedMs: timestampMs + 10, ...size };
    camera.hub.putPassed(frame, analysisAt(timestampMs));
  };
  return { camera, show, sources, close, links };
}

function analysisAt(timestampMs: number): PassedAnalysis {
  const detections = [{ ...person, track_id: 7, since: Math.round(timestampMs) - 1000 }];
  const stages = { receive: 10, wait: 1, decode: 2, infer: 20, draw: 0, encode: 0 };
  return {
    ...{ detections, withGuesses: [...detections, person], stages, inferenceSize: 416 },
    ...{ processedMs: timestampMs + 33, alarmed: new Set<number>() },
  };
}

const textOf = ({ frame }: Pick<AnalysedFrame, 'frame'>) => new TextDecoder().decode((frame as JpegFrame).jpeg);

it('shows a camera of another node as that one sees it, by the clock of this one, over one stream', async () => {
  const cluster = new Cluster();
  const owner = await startNode(cluster, 'n2', 3_600_000);
  const entry = await startNode(cluster, 'n1');
  expect(entry.camera).toMatchObject({ state: 'connecting', stateReason: 'Moving to another node' });
  cluster.moveTo('n2');
  await owner.camera.setElsewhere(false);
  await until(() => entry.camera.state === 'live');
  expect(Math.abs((entry.camera.view().last_seen?.person ?? 0) - (Date.now() - 5000))).toBeLessThan(500);
  expect(owner.camera.hub.viewerCount, 'nobody watches yet').toBe(0);

  const viewers = [consumer(), consumer(), consumer()];
  const leave = viewers.map((viewer) => entry.camera.hub.subscribeAnalysis(viewer));
  await until(() => owner.camera.hub.viewerCount === 1);
  owner.show('first');
  await until(() => viewers.every(({ delivered }) => delivered.length === 1));
  const shown = viewers[0]?.delivered[0] as AnalysedFrame;
  expect(textOf(shown)).toBe('first');
  expect(shown).toMatchObject({ inferenceSize: 416, stages: { infer: 20 }, frame: { width: 640 } });
  const ageMs = nowMs() - shown.frame.timestampMs;
  expect(ageMs).toBeGreaterThanOrEqual(40);
  expect(ageMs).toBeLessThan(1000);
  expect(shown.processedMs - shown.frame.timestampMs).toBeCloseTo(33, 0);
  expect(shown.frame.timestampMs - (shown.detections[0]?.since ?? 0)).toBeCloseTo(1000, -1);
  expect([shown.detections.length, shown.withGuesses.length]).toEqual([1, 2]);
  expect([...(shown.pictures.options.alarmed?.() ?? [])]).toEqual([7]);
  for (const end of leave) end();
});

it('goes on with the frames of the next owner, for viewers who stay connected', async () => {
  const cluster = new Cluster();
  const first = await startNode(cluster, 'n2');
  const second = await startNode(cluster, 'n3');
  const entry = await startNode(cluster, 'n1');
  cluster.moveTo('n2');
  await first.camera.setElsewhere(false);
  const viewer = consumer();
  entry.camera.hub.subscribeAnalysis(viewer);
  await until(() => first.camera.hub.viewerCount === 1);
  first.show('of n2', 500);
  first.show('of n2 too');
  await until(() => viewer.delivered.length === 2);
  await first.close();
  cluster.moveTo(undefined);
  expect(entry.camera).toMatchObject({ state: 'connecting', stateReason: 'Moving to another node' });
  await second.camera.setElsewhere(false);
  cluster.moveTo('n3');
  await until(() => entry.camera.state === 'live' && second.camera.hub.viewerCount === 1);
  second.show('of n3');
  await until(() => viewer.delivered.length === 3);
  expect(viewer.delivered.map(textOf)).toEqual(['of n2', 'of n2 too', 'of n3']);
  expect(viewer.delivered.map(({ frame }) => frame.number)).toEqual([0, 1, 2]);
});

it('says to a node that asks whether it has lost the database, and what it has', async () => {
  const cluster = new Cluster();
  const [{ links }] = [await startNode(cluster, 'n1'), await startNode(cluster, 'n2')];
  const [n1, n2] = [...cluster.nodes.values()] as [PeerNode, PeerNode];
  expect(await links.askOutage(n2, 5000)).toEqual({ isLost: true, held: [{ camera: 'yard', epoch: 1 }] });
  expect((await fetch(`${n1.url}/internal/outage`)).status).toBe(404);
  await expect(links.askOutage({ ...n2, url: 'http://127.0.0.1:1' }, 5000)).rejects.toMatchObject({
    code: 'unavailable',
  });
});

it('asks for frames as often as somebody here wants them', async () => {
  const cluster = new Cluster();
  const owner = await startNode(cluster, 'n2');
  const entry = await startNode(cluster, 'n1');
  cluster.moveTo('n2');
  await owner.camera.setElsewhere(false);
  await until(() => entry.camera.state === 'live');
  const picture = entry.camera.hub.nextPicture(5000);
  await until(() => owner.camera.hub.picturesFps === 1000);
  owner.show('for a snapshot');
  expect(textOf((await picture) as PictureSet)).toBe('for a snapshot');

  const slow = consumer({ fps: 2 });
  entry.camera.hub.subscribeAnalysis(slow);
  await until(() => owner.camera.lane.readFpsOf('all') === 2);
  for (let i = 0; i < 5; i++) owner.show(`${i}`);
  const quick = consumer({ fps: 25 });
  entry.camera.hub.subscribeAnalysis(quick);
  await until(() => owner.camera.lane.readFpsOf('all') === 25);
  owner.show('last');
  await until(() => quick.delivered.map(textOf).includes('last'));
  // Whatever was sent before has arrived before.
  expect(slow.delivered.map(textOf)).not.toContain('1');
});
