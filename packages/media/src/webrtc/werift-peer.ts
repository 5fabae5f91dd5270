import { isIPv6 } from 'node:net';
import { LookoutError } from '@lookout/protocol/core';
import type * as Werift from 'werift';
import type { Rotation } from '../encoded/encoded-packet.js';
import { nowMs } from '../frame/clock.js';
import { ArrivalFeedback } from './arrival-feedback.js';
import type { OpenPeer, PeerCounts, PeerEvents, PeerNetwork, PeerTransport } from './peer-transport.js';
import { ORIENTATION, PLAYOUT_DELAY, type SessionOffer } from './session-offer.js';
import { addPassiveTcp, letThroughRelay } from './werift-agent.js';

const FULL_INTRA_REQUEST = 4; // FMT of FIR, RFC 5104 §4.3.1
/** From 0 to 0: each picture is shown as soon as it can be decoded. Two numbers of 12 bits. */
const NO_DELAY = Buffer.alloc(3);
/** Of extensions in one-byte headers (RFC 8285 §4.2). */
const MAX_EXTENSION_ID = 14;

/** Opens connections. */
export interface PeerFactory {
  open: OpenPeer;
  /** Loads what the first connection needs, which takes half a second, and longer on a busy machine. */
  prepare(): Promise<void>;
}

/** werift itself would wait for minutes. */
const GATHER_TIMEOUT_MS = 10_000;
/** As browsers do among themselves. */
const REPORT_EVERY_MS = 50;

/**
 * Connections by werift. It is loaded with the first one, unless that was prepared, and all share one certificate, since making one takes
 * some milliseconds. Connections are opened one at a time: werift looks for a free port before it binds to it.
 */
export function weriftPeers(): PeerFactory {
  let loading: Promise<{ werift: typeof Werift; certificate: Werift.RTCCertificate }> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const load = async () => {
    const werift = await import('werift');
    const { RTCDtlsTransport } = werift;
    return { werift, certificate: await RTCDtlsTransport.SetupCertificate() };
  };
  const loaded = () => {
    loading ??= load();
    return loading;
  };
  return {
    open: (offer, network, events) => {
      const opened = last.then(async () => {
        const { werift, certificate } = await loaded();
        const peer = new WeriftPeer(werift, certificate, offer, network, events);
        await peer.open(offer, network);
        return peer;
      });
      last = opened.catch(() => undefined);
      return opened;
    },
    prepare: async () => void (await loaded()),
  };
}

class WeriftPeer implements PeerTransport {
  readonly #werift: typeof Werift;
  readonly #events: PeerEvents;
  readonly #connection: Werift.RTCPeerConnection;
  readonly #transceiver: Werift.RTCRtpTransceiver;
  readonly #isLite: boolean;
  readonly counts: PeerCounts = { packetsSent: 0, packetsReceived: 0, packetsLost: 0 };
  lastSeenMs = nowMs();
  answer = '';
  #sequenceNumber = Math.floor(Math.random() * 2 ** 15);
  #sendingSsrc: number | undefined;
  #reporting: NodeJS.Timeout | undefined;
  /** Of the extension that tells receivers not to hold pictures back, if the peer has it. */
  #delayId: number | undefined;
  /** Of the extension that tells receivers to turn pictures. */
  #orientationId: number | undefined;
  #isConnected = false;
  #isOver = false;

  constructor(
    werift: typeof Werift,
    certificate: Werift.RTCCertificate,
    offer: SessionOffer,
    network: PeerNetwork,
    events: PeerEvents,
  ) {
    this.#werift = werift;
    this.#events = events;
    this.#isLite = network.iceServers.length === 0;
    const isSending = offer.client === 'receives';
    this.#connection = new werift.RTCPeerConnection({
      ...iceOptions(network),
      certificates: [certificate],
      bundlePolicy: 'max-bundle',
      codecs: { audio: [], video: videoCodecs(werift, offer) },
      headerExtensions: {
        audio: [],
        video: isSending
          ? [PLAYOUT_DELAY, ORIENTATION].map((uri) => new werift.RTCRtpHeaderExtensionParameters({ uri }))
          : [werift.useTransportWideCC()],
      },
      iceFilterStunResponse: () => {
        this.lastSeenMs = nowMs();
        return true;
      },
    });
    this.#transceiver = this.#connection.addTransceiver('video', { direction: isSending ? 'sendonly' : 'recvonly' });
    this.#connection.connectionStateChange.subscribe((state) => this.#changed(state));
    if (isSending) this.#watchFeedback(this.#transceiver.sender);
    else this.#connection.onTrack.subscribe((track) => this.#receive(track));
    if (offer.arrivalExtension !== undefined) this.#reportArrivals(offer.arrivalExtension);
  }

  async open({ reduced, candidates }: SessionOffer, { tcp, addresses, clientAddress }: PeerNetwork): Promise<void> {
    try {
      await this.#connection.setRemoteDescription({ type: 'offer', sdp: reduced });
      await this.#gather(await this.#connection.createAnswer());
      if (this.#isOver) throw new Error('The connection failed at once');
    } catch (error) {
      await this.close();
      if (error instanceof LookoutError) throw error;
      throw new LookoutError('bad_request', 'The offer can’t be answered', { cause: error });
    }
    this.#delayId = this.#extensionId(PLAYOUT_DELAY);
    this.#orientationId = this.#extensionId(ORIENTATION);
    const answer = this.#connection.localDescription?.sdp ?? '';
    const [agent] = this.#connection.iceTransports;
    if (agent === undefined || !/^a=candidate:/m.test(answer)) {
      await this.close();
      throw new LookoutError('unavailable', 'No UDP port is free for another WebRTC connection', {
        hint: 'Try again later, or widen webrtc.udp_ports.',
      });
    }
    const overTcp = tcp === undefined ? [] : addPassiveTcp(this.#werift, agent.connection, tcp, addresses);
    for (const candidate of candidates) this.addCandidate(candidate);
    if (clientAddress !== undefined) letThroughRelay(agent.connection, clientAddress);
    this.answer = answer.replace(/^(?:a=candidate:.*\r\n)+/m, (overUdp) => overUdp + overTcp.join(''));
  }

  /** Addresses of our own are there at once; STUN and TURN servers are asked. */
  async #gather(answer: Werift.RTCSessionDescription): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new LookoutError('unavailable', 'A STUN or TURN server has not answered in time')),
        GATHER_TIMEOUT_MS,
      );
    });
    const gathering = this.#connection.setLocalDescription(answer);
    gathering.catch(() => undefined);
    await Promise.race([gathering, late]).finally(() => clearTimeout(timer));
  }

  addCandidate(candidate: string): void {
    // An ICE-lite agent learns the peer's addresses from its checks. Names of mDNS would have to be looked up by multicast.
    if (this.#isLite || this.#isOver || /\.local\b/i.test(candidate)) return;
    // A candidate that can't be used is one way less to connect.
    this.#connection.addIceCandidate({ candidate, sdpMLineIndex: 0 }).catch(() => undefined);
  }

  sendRtp(payload: Uint8Array, timestamp: number, marker: boolean, rotation?: Rotation): void {
    if (!this.#isConnected || this.#isOver) return;
    const { RtpHeader, RtpPacket } = this.#werift;
    this.#sequenceNumber = (this.#sequenceNumber + 1) & 0xffff;
    const extensions = this.#delayId === undefined ? [] : [{ id: this.#delayId, payload: NO_DELAY }];
    if (this.#orientationId !== undefined && rotation !== undefined && marker)
      extensions.push({ id: this.#orientationId, payload: Buffer.of(rotation / 90) });
    const header = new RtpHeader({ sequenceNumber: this.#sequenceNumber, timestamp, marker, extensions });
    this.counts.packetsSent += 1;
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    this.#transceiver.sender
      .sendRtp(new RtpPacket(header, bytes))
      .catch((error) => this.#lost(`sending failed: ${String(error)}`));
  }

  requestKeyframe(): void {
    if (this.#sendingSsrc === undefined || this.#isOver) return;
    this.#transceiver.receiver
      .sendRtcpPLI(this.#sendingSsrc)
      .catch((error) => this.#lost(`sending failed: ${String(error)}`));
  }

  async close(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#reporting);
    await this.#connection.close();
  }

  /** Undefined if the peer does not have it. */
  #extensionId(wanted: string): number | undefined {
    const id = this.#transceiver.headerExtensions.find(({ uri }) => uri === wanted)?.id;
    return id !== undefined && id <= MAX_EXTENSION_ID ? id : undefined;
  }

  #changed(state: Werift.RTCPeerConnection['connectionState']): void {
    if (state === 'connected' && !this.#isConnected) {
      this.#isConnected = true;
      this.lastSeenMs = nowMs();
      if (!this.#isOver) this.#events.onConnected();
    } else if (state === 'failed' || state === 'closed') {
      this.#lost(this.#isConnected ? 'the peer closed the connection' : 'the connection could not be established');
    }
  }

  #lost(reason: string): void {
    if (this.#isOver) return;
    void this.close();
    if (this.answer !== '') this.#events.onLost(reason);
  }

  #watchFeedback(sender: Werift.RTCRtpSender): void {
    const { RtcpPayloadSpecificFeedback, RtcpRrPacket } = this.#werift;
    sender.onPictureLossIndication.subscribe(() => this.#events.onKeyframeRequest());
    sender.onRtcp.subscribe((packet) => {
      this.lastSeenMs = nowMs();
      if (packet instanceof RtcpRrPacket) {
        const report = packet.reports.find(({ ssrc }) => ssrc === sender.ssrc);
        if (report) this.counts.packetsLost = Math.max(0, report.packetsLost);
      } else if (packet instanceof RtcpPayloadSpecificFeedback && countOf(packet.feedback) === FULL_INTRA_REQUEST) {
        this.#events.onKeyframeRequest();
      }
    });
  }

  /** werift reports arrivals too, but with times that jump by up to 64 ms and without what is lost, upon which senders slow down. */
  #reportArrivals(extension: number): void {
    const { receiver, dtlsTransport } = this.#transceiver;
    const feedback = new ArrivalFeedback();
    let mediaSsrc = 0;
    // Of all packets, those that only fill up the network included.
    dtlsTransport.onRtp.subscribe(({ header }) => {
      const payload = header.extensions.find(({ id }) => id === extension)?.payload;
      if (payload === undefined || payload.length < 2) return;
      mediaSsrc ||= header.ssrc;
      feedback.arrived(payload.readUInt16BE(0), nowMs());
    });
    this.#reporting = setInterval(() => {
      const report = feedback.take(receiver.rtcpSsrc, mediaSsrc);
      if (report === undefined || !this.#isConnected) return;
      const packet = { serialize: () => report } as Werift.RtcpTransportLayerFeedback;
      dtlsTransport.sendRtcp([packet]).catch((error) => this.#lost(`sending failed: ${String(error)}`));
    }, REPORT_EVERY_MS);
  }

  #receive(track: Werift.MediaStreamTrack): void {
    track.onReceiveRtp.subscribe(({ header, payload }) => {
      const arrivalMs = nowMs();
      this.lastSeenMs = arrivalMs;
      this.counts.packetsReceived += 1;
      if (this.#isOver) return;
      const { marker, payloadType, sequenceNumber, timestamp, ssrc } = header;
      this.#sendingSsrc = ssrc;
      this.#events.onRtp({ marker, payloadType, sequenceNumber, timestamp, ssrc, payload }, arrivalMs);
    });
  }
}

function iceOptions({ addresses, bindAddress, portRange, iceServers }: PeerNetwork): Werift.RTCPeerConnectionConfig {
  return {
    iceLite: iceServers.length === 0,
    iceServers: withStun(iceServers),
    // No addresses but the given ones.
    iceUseIpv4: false,
    iceUseIpv6: false,
    iceAdditionalHostAddresses: [...addresses],
    ...(bindAddress !== undefined && {
      iceInterfaceAddresses: isIPv6(bindAddress) ? { udp6: bindAddress } : { udp4: bindAddress },
    }),
    ...(portRange && { icePortRange: [portRange[0], portRange[1]] }),
  };
}

/** Without a STUN server, werift would ask one of Google's; TURN servers answer STUN requests too. */
function withStun(iceServers: PeerNetwork['iceServers']): Werift.RTCIceServer[] {
  const servers = iceServers.map(({ url, username, credential }) => ({
    urls: url,
    ...(username !== undefined && { username }),
    ...(credential !== undefined && { credential }),
  }));
  const [first] = servers;
  if (first === undefined || servers.some(({ urls }) => urls.startsWith('stun:'))) return servers;
  return [{ urls: first.urls.replace(/^turns?:/, 'stun:').replace(/\?.*$/, '') }, ...servers];
}

function videoCodecs(werift: typeof Werift, { codec }: SessionOffer): Werift.RTCRtpCodecParameters[] {
  const own = codec === 'h264' ? werift.useH264() : werift.useVP8();
  return [own, new werift.RTCRtpCodecParameters({ mimeType: 'video/rtx', clockRate: 90_000 })];
}

function countOf(feedback: object): number | undefined {
  return 'count' in feedback && typeof feedback.count === 'number' ? feedback.count : undefined;
}
