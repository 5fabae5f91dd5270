import { toEpochMs } from '@lookout/media';
import type { WebSocket } from 'ws';
import type { EventBus, UnconfirmedChange } from '../../pipeline/bus/event-bus.js';
import type { Camera } from '../../pipeline/cameras/camera.js';
import type { CameraManager } from '../../pipeline/cameras/camera-manager.js';
import type { ToldCamera, ToldCameras } from '../../pipeline/cluster/peer-cameras.js';
import type { Placement } from '../../platform/cluster/placement.js';

export interface PeerCamerasOptions {
  readonly cameras: Pick<CameraManager, 'all' | 'has' | 'camera'>;
  readonly placement: Pick<Placement, 'ownerOf' | 'onMoved'>;
  readonly bus: Pick<EventBus, 'on'>;
  now(): number;
}

/** Changes within this time are told together. */
const GATHER_MS = 50;
/** How often figures are told that change all the time. */
const FIGURES_MS = 2000;
/** A node that reads nothing gets no more until it has, bytes. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;

/** `WS /internal/cameras/all`: what this node sees of its cameras, at first of all, then of those that have changed. Ends with the socket. */
export function servePeerCameras(socket: WebSocket, { cameras, placement, bus, now }: PeerCamerasOptions): void {
  const told = new Map<string, string>();
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const tell = () => {
    timer = undefined;
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES) return;
    const news: ToldCameras['cameras'] = [];
    for (const id of changed) {
      if (placement.ownerOf(id) !== 'here' || !cameras.has(id)) {
        told.delete(id);
        continue;
      }
      const one = toldOf(cameras.camera(id));
      const text = JSON.stringify(one);
      if (told.get(id) === text) continue;
      told.set(id, text);
      news.push(one);
    }
    changed.clear();
    const message: ToldCameras = { nowMs: toEpochMs(now()), cameras: news };
    if (news.length > 0) socket.send(JSON.stringify(message));
  };
  const soon = (id: string) => {
    changed.add(id);
    timer ??= setTimeout(tell, GATHER_MS);
  };
  const all = () => {
    for (const { id } of cameras.all()) changed.add(id);
    tell();
  };
  const figures = setInterval(all, FIGURES_MS);
  const found = (unconfirmed: UnconfirmedChange) => {
    // What was heard from another node is not passed on.
    if (placement.ownerOf(unconfirmed.event.camera) !== 'here' || socket.bufferedAmount > MAX_BUFFERED_BYTES) return;
    const message: ToldCameras = { nowMs: toEpochMs(now()), cameras: [], unconfirmed };
    socket.send(JSON.stringify(message));
  };
  const enders = [
    bus.on('unconfirmed', found),
    bus.on('camera', ({ camera }) => soon(camera.id)),
    placement.onMoved(soon),
  ];
  socket.once('close', () => {
    clearInterval(figures);
    clearTimeout(timer);
    for (const end of enders) end();
  });
  all();
}

function toldOf(camera: Camera): ToldCamera {
  const { state, reason, codec, reordered, error } = camera.playing;
  return {
    view: camera.view(),
    code: camera.lastError?.code,
    playing: { state, reason, codec, reordered, code: error?.code },
  };
}
