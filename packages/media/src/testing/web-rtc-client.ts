import {
  MediaStreamTrack,
  RTCPeerConnection,
  type RTCRtpTransceiver,
  RtpHeader,
  RtpPacket,
  useH264,
  useVP8,
} from 'werift';
import { SequenceCounter } from './sequence-counter.js';

const LOOPBACK = '127.0.0.1';
const CONNECT_TIMEOUT_MS = 20_000;

/** A client of WHEP or WHIP on loopback, without a browser: it counts what it receives, or sends what it is given. */
export class WebRtcClient {
  /** Payloads that arrived. */
  readonly received: Buffer[] = [];
  /** Their RTP timestamps. */
  readonly timestamps: number[] = [];
  /** Frames that arrived: packets with RTP's marker. */
  frames = 0;
  readonly #sequence = new SequenceCounter();
  readonly #connection: RTCPeerConnection;
  readonly #transceiver: RTCRtpTransceiver;
  readonly #track = new MediaStreamTrack({ kind: 'video' });
  #sequenceNumber = 0;
  /** The other side asked for a keyframe. */
  keyframeRequests = 0;

  constructor(direction: 'recvonly' | 'sendonly', codec: 'h264' | 'vp8' = 'h264') {
    this.#connection = new RTCPeerConnection({
      iceServers: [],
      iceUseIpv4: false,
      iceUseIpv6: false,
      iceAdditionalHostAddresses: [LOOPBACK],
      iceInterfaceAddresses: { udp4: LOOPBACK },
      codecs: { audio: [], video: [codec === 'h264' ? useH264() : useVP8()] },
    });
    this.#transceiver = this.#connection.addTransceiver(direction === 'sendonly' ? this.#track : 'video', {
      direction,
    });
    this.#connection.onTrack.subscribe((track) => {
      track.onReceiveRtp.subscribe(({ header, payload }) => {
        this.received.push(payload);
        this.timestamps.push(header.timestamp);
        if (header.marker) this.frames += 1;
        this.#sequence.arrived(header.sequenceNumber);
      });
    });
    this.#transceiver.sender.onPictureLossIndication.subscribe(() => {
      this.keyframeRequests += 1;
    });
  }

  /** Packets missing between those that arrived. */
  get lost(): number {
    return this.#sequence.lost;
  }

  /** Counts frames and packets anew. */
  resetCounts(): void {
    this.received.length = 0;
    this.timestamps.length = 0;
    this.frames = 0;
    this.#sequence.reset();
  }

  get state(): string {
    return this.#connection.connectionState;
  }

  async offer(): Promise<string> {
    await this.#connection.setLocalDescription(await this.#connection.createOffer());
    return this.#connection.localDescription?.sdp ?? '';
  }

  /** Resolves when connected. @throws Error with the states of ICE and DTLS if that takes too long */
  async accept(answer: string): Promise<void> {
    const connected = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`Not connected: ${this.#states()}`)), CONNECT_TIMEOUT_MS);
      this.#connection.connectionStateChange.subscribe((state) => {
        if (state !== 'connected') return;
        clearTimeout(timer);
        resolve();
      });
    });
    await this.#connection.setRemoteDescription({ type: 'answer', sdp: answer });
    await connected;
  }

  async requestKeyframe(): Promise<void> {
    const { receiver } = this.#transceiver;
    const [ssrc] = Object.keys(receiver.trackBySSRC);
    await receiver.sendRtcpPLI(Number(ssrc));
  }

  /** @param timestamp 90 kHz @param skip sequence numbers to leave out, as if lost */
  send(payload: Uint8Array, timestamp: number, marker: boolean, skip = 0): void {
    this.#sequenceNumber = (this.#sequenceNumber + 1 + skip) & 0xffff;
    const header = new RtpHeader({ sequenceNumber: this.#sequenceNumber, timestamp, marker, payloadType: 96 });
    this.#track.writeRtp(new RtpPacket(header, Buffer.from(payload)));
  }

  #states(): string {
    const { iceConnectionState, dtlsTransports } = this.#connection;
    return `ICE ${iceConnectionState}, DTLS ${dtlsTransports.map(({ state }) => state).join()}`;
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}
