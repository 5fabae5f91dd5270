import type { AddressInfo } from 'node:net';
import { type JpegFrame, nowMs } from '@lookout/media';
import { NewCamera } from '@lookout/protocol';
import { createTracker } from '@lookout/vision';
import Fastify from 'fastify';
import { pino } from 'pino';
import { expect, onTestFinished } from 'vitest';
import { createPlainServer } from '../api/http/page-server.js';
import { ClusterLinks } from '../cluster-links.js';
import { EventBus } from '../pipeline/bus/event-bus.js';
import { Camera } from '../pipeline/cameras/camera.js';
import type { CameraManager } from '../pipeline/cameras/camera-manager.js';
import type { CameraSourceEvents } from '../pipeline/cameras/camera-options.js';
import type { PassedAnalysis } from '../pipeline/live/analysed-frame.js';
import type { PeerNode, Placement } from '../platform/cluster/placement.js';
import { person, streetModel } from './analysis-lane.js';

/** Who has the camera, as all nodes see it. */
export class Cluster {
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

/** A node with the camera `yard`, whose frames come when the test says so. It is closed when the test has finished. */
export async function startClusterNode(cluster: Cluster, id: string, aheadMs = 0) {
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
      passed: links,
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
  onTestFinished(close);
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
