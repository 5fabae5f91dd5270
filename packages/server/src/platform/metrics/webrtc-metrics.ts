import { Counter, Gauge, type Registry } from 'prom-client';

export interface WebRtcPackets {
  readonly packetsSent: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
}

/** WebRTC sessions, for `/metrics`. Reasons and roles are fixed lists. */
export class WebRtcMetrics {
  readonly #registry: Registry;
  readonly #ended;
  readonly #packets;
  readonly #tcpEnded;
  readonly #tcpDropped;

  constructor(registry: Registry) {
    this.#registry = registry;
    const registers = [registry];
    this.#ended = new Counter({
      name: 'lookout_webrtc_sessions_total',
      help: 'WebRTC sessions that have ended, by role and reason',
      labelNames: ['role', 'reason'],
      registers,
    });
    this.#packets = new Counter({
      name: 'lookout_webrtc_packets_total',
      help: 'RTP packets of WebRTC sessions that have ended: sent, received, and those their viewers reported as lost',
      labelNames: ['event'],
      registers,
    });
    this.#tcpEnded = new Counter({
      name: 'lookout_webrtc_tcp_connections_total',
      help: 'TCP connections of WebRTC that have ended, by reason',
      labelNames: ['reason'],
      registers,
    });
    this.#tcpDropped = new Counter({
      name: 'lookout_webrtc_tcp_dropped_packets_total',
      help: 'Packets left out on TCP connections of WebRTC that have ended, since they would have been late',
      registers,
    });
  }

  /** @param count sessions of a role that are open */
  countSessions<Role extends string>(roles: readonly Role[], count: (role: Role) => number): void {
    new Gauge({
      name: 'lookout_webrtc_sessions',
      help: 'Open WebRTC sessions',
      labelNames: ['role'],
      registers: [this.#registry],
      collect() {
        for (const role of roles) this.set({ role }, count(role));
      },
    });
  }

  /** @param count TCP connections of open sessions */
  countTcp(count: () => number): void {
    new Gauge({
      name: 'lookout_webrtc_tcp_connections',
      help: 'TCP connections of open WebRTC sessions',
      registers: [this.#registry],
      collect() {
        this.set(count());
      },
    });
  }

  tcpEnded(reason: string, dropped: number): void {
    this.#tcpEnded.inc({ reason });
    this.#tcpDropped.inc(dropped);
  }

  ended(role: string, reason: string, { packetsSent, packetsReceived, packetsLost }: WebRtcPackets): void {
    this.#ended.inc({ role, reason });
    this.#packets.inc({ event: 'sent' }, packetsSent);
    this.#packets.inc({ event: 'received' }, packetsReceived);
    this.#packets.inc({ event: 'lost' }, packetsLost);
  }
}
