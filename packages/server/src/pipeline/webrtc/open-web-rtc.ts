import { nowMs, type OpenPeer, PassiveTcp, tryIceServer, weriftPeers } from '@lookout/media';
import type { Logger } from 'pino';
import type { NodeId } from '../../platform/cluster/placement.js';
import type { Settings } from '../../platform/config/settings.js';
import type { Metrics } from '../../platform/metrics/metrics.js';
import type { EventBus } from '../bus/event-bus.js';
import type { PushSources } from '../publishing/push-source.js';
import { IceServers } from './ice-servers.js';
import { peerNetwork } from './peer-network.js';
import { PeerPublishers } from './peer-publishers.js';
import { PEER_ROLES, PeerSessions } from './peer-sessions.js';
import { isCarried, PeerViewers } from './peer-viewers.js';

export interface WebRtcOptions {
  readonly settings: Settings;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly sources: PushSources;
  readonly bus: EventBus;
  /** This node, if it is one of a cluster. */
  readonly node: NodeId | undefined;
  /** Where peers connect over TCP; undefined: nowhere. */
  readonly tcpPort: () => number | undefined;
}

/** Servers answer in some tens of milliseconds. */
const SLOW_MS = 2000;

/** The server's WebRTC sessions, with what the settings say of the network, and those who watch and publish by them. */
export function openWebRtc({ settings, metrics, log, sources, bus, node, tcpPort }: WebRtcOptions) {
  const { server, webrtc, limits } = settings;
  const peers = weriftPeers();
  // Its first viewer shall not wait for it.
  const forget = bus.on('camera', ({ camera }) => {
    if (!isCarried(camera.video?.codec)) return;
    forget();
    peers.prepare().catch((error) => log.error({ err: error }, 'WebRTC can’t be loaded'));
  });
  const tcp = new PassiveTcp({
    now: nowMs,
    onEnd: ({ address, reason, dropped }) => {
      metrics.webrtc.tcpEnded(reason, dropped);
      log.debug({ address, reason, dropped }, 'WebRTC connection over TCP ended');
    },
  });
  metrics.webrtc.countTcp(() => tcp.count);
  const [low, high] = webrtc.udp_ports?.split('-').map(Number) ?? [];
  const iceServers = new IceServers({ servers: webrtc.ice_servers, tryServer: tryIceServer, log });
  void iceServers.look();
  const sessions = new PeerSessions({
    node,
    openPeer: watched(peers.open, iceServers),
    network: () => {
      const port = tcpPort();
      return {
        ...peerNetwork({
          host: server.host,
          public_ip: webrtc.public_ip,
          ...(low !== undefined && high !== undefined && { udp_ports: [low, high] }),
          ice_servers: iceServers.usable,
        }),
        ...(port !== undefined && { tcp: { port, admit: (agent) => tcp.admit(agent) } }),
      };
    },
    limits,
    now: nowMs,
    onEnded: ({ role, cameraId: camera, address, reason, detail, counts }) => {
      metrics.webrtc.ended(role, reason, counts);
      log.info({ role, camera, address, reason, detail, ...counts }, 'WebRTC session ended');
    },
  });
  metrics.webrtc.countSessions(PEER_ROLES, (role) => sessions.count(role));
  return {
    tcp,
    sessions,
    close: async () => {
      await sessions.close();
      iceServers.close();
      tcp.close();
    },
    viewers: new PeerViewers(sessions, nowMs),
    publishers: new PeerPublishers(sessions, sources, nowMs),
  };
}

/** Looks after STUN and TURN servers that have kept a session waiting, or have given it no address. */
function watched(open: OpenPeer, iceServers: IceServers): OpenPeer {
  return async (offer, network, events) => {
    const beganMs = nowMs();
    let answer = '';
    try {
      const peer = await open(offer, network, events);
      ({ answer } = peer);
      return peer;
    } finally {
      const hasTurn = network.iceServers.some(({ url }) => url.startsWith('turn'));
      const isSlow = network.iceServers.length > 0 && nowMs() - beganMs > SLOW_MS;
      if (isSlow || (hasTurn && !answer.includes(' typ relay '))) void iceServers.look();
    }
  };
}
