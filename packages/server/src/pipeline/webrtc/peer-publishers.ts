import { type PeerTransport, type RtpPacket, readOffer, type SessionOffer, VideoReceiver } from '@lookout/media';
import { LookoutError } from '@lookout/protocol';
import type { Camera } from '../cameras/camera.js';
import type { Publisher, PushSource, PushSources } from '../publishing/push-source.js';
import type { PeerEnd, PeerMedia, PeerSession, PeerSessions, SessionRequest } from './peer-sessions.js';

export interface PublishRequest extends Pick<SessionRequest, 'address' | 'hold'> {
  readonly camera: Camera;
  /** The client's offer. */
  readonly sdp: string;
}

/** Browsers send keyframes only when asked. A new viewer's first picture is no older than this. */
const KEYFRAME_EVERY_MS = 4000;
const CHECK_EVERY_MS = 500;

const END_TEXTS: Partial<Record<PeerEnd, string>> = {
  disconnected: 'its connection was lost',
  timeout: 'nothing came from it for 10 s',
  revoked: 'its link, key or sign-in has ended',
  shutdown: 'the server is shutting down',
};

/** Publishers over WebRTC (WHIP), such as pages and OBS. */
export class PeerPublishers {
  readonly #sessions: PeerSessions;
  readonly #sources: PushSources;
  readonly #now: () => number;

  constructor(sessions: PeerSessions, sources: PushSources, now: () => number) {
    this.#sessions = sessions;
    this.#sources = sources;
    this.#now = now;
  }

  /**
   * Resolves when the client can be answered. It becomes the camera's publisher when it has connected.
   * @throws LookoutError `conflict` if the camera is not published to, `camera_off`; see `readOffer` and `PeerSessions.open`
   */
  async publish({ camera, sdp, address, hold }: PublishRequest): Promise<PeerSession> {
    if (camera.config.kind !== 'push') {
      throw new LookoutError('conflict', 'This camera is read from its own address and can’t be published to', {
        hint: 'Add a camera of kind push.',
      });
    }
    const source = this.#sources.get(camera.id);
    const offer = readOffer(sdp, { client: 'sends', codecs: ['h264', 'vp8'] });
    const session = await this.#sessions.open(
      { role: 'publisher', cameraId: camera.id, address, offer, hold },
      (peer) =>
        new PublishedVideo(peer, source, offer, this.#now, (reason, detail) => void session.end(reason, detail)),
    );
    return session;
  }
}

/** One publisher's video on its way to its camera. */
class PublishedVideo implements PeerMedia, Publisher {
  readonly #peer: PeerTransport;
  readonly #source: PushSource;
  readonly #now: () => number;
  readonly #end: (reason: PeerEnd, detail?: string) => void;
  readonly #receiver: VideoReceiver;
  #keyframeMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    peer: PeerTransport,
    source: PushSource,
    { codec, payloadType }: SessionOffer,
    now: () => number,
    end: (reason: PeerEnd, detail?: string) => void,
  ) {
    this.#peer = peer;
    this.#source = source;
    this.#now = now;
    this.#end = end;
    this.#receiver = new VideoReceiver({
      codec,
      payloadType,
      onPacket: (packet) => {
        if (packet.keyframe) this.#keyframeMs = now();
        source.packet(this, packet);
      },
      onLost: () => {
        source.packetsLost(this);
        this.#keyframeMs = Number.NEGATIVE_INFINITY;
      },
    });
  }

  onConnected(): void {
    this.#source.attach(this);
    this.#timer = setInterval(() => this.#askForKeyframe(), CHECK_EVERY_MS);
  }

  onRtp(packet: RtpPacket, arrivalMs: number): void {
    try {
      this.#receiver.push(packet, arrivalMs);
    } catch (error) {
      if (!(error instanceof LookoutError)) throw error;
      this.#end('unsupported', error.message);
    }
  }

  ended(reason: PeerEnd): void {
    clearInterval(this.#timer);
    this.#receiver.close();
    this.#source.detach(this, END_TEXTS[reason]);
  }

  end(reason: 'replaced' | 'camera_off'): void {
    this.#end(reason);
  }

  undecodable(error: LookoutError): void {
    // Damaged packets are counted by the camera; this one would last.
    if (error.code === 'camera_unsupported') this.#end('unsupported', error.message);
    else this.#keyframeMs = Number.NEGATIVE_INFINITY;
  }

  decoded(): void {}

  #askForKeyframe(): void {
    if (this.#now() - this.#keyframeMs >= KEYFRAME_EVERY_MS) this.#peer.requestKeyframe();
  }
}
