import { nowMs, PassiveTcp, weriftPeers } from '@lookout/media';
import type { Logger } from 'pino';
import type { Settings } from '../../platform/config/settings.js';
import type { Metrics } from '../../platform/metrics/metrics.js';
import type { EventBus } from '../bus/event-bus.js';
import type { PushSources } from '../publishing/push-source.js';
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
  /** Where peers connect over TCP; undefined: nowhere. */
  readonly tcpPort: () => number | undefined;
}

/** The server's WebRTC sessions, with what the settings say of the network, and those who watch and publish by them. */
export function openWebRtc({ settings, metrics, log, sources, bus, tcpPort }: WebRtcOptions) {
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
  const sessions = new PeerSessions({
    openPeer: peers.open,
    network: () => {
      const port = tcpPort();
      return {
        ...peerNetwork({
          host: server.host,
          public_ip: webrtc.public_ip,
          ...(low !== undefined && high !== undefined && { udp_ports: [low, high] }),
          ice_servers: webrtc.ice_servers,
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
    viewers: new PeerViewers(sessions, nowMs),
    publishers: new PeerPublishers(sessions, sources, nowMs),
  };
}
