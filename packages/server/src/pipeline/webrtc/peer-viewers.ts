import {
  type EncodedFormat,
  type EncodedPacket,
  type EncodedStream,
  GROUP_LIMITS,
  type PeerTransport,
  profileLevelId,
  readOffer,
  type SendingEnd,
  type StreamTaker,
  VideoSender,
  type WebRtcCodec,
} from '@lookout/media';
import { LookoutError } from '@lookout/protocol';
import type { Camera } from '../cameras/camera.js';
import type { CameraVideo } from '../cameras/camera-video.js';
import type { PeerEnd, PeerMedia, PeerSession, PeerSessions, SessionRequest } from './peer-sessions.js';

export interface WatchRequest extends Pick<SessionRequest, 'address' | 'hold'> {
  readonly camera: Camera;
  /** The client's offer. */
  readonly sdp: string;
  /** Whether the caller may see why the camera has no video; see `Camera.publicReason`. */
  readonly isOwner: boolean;
}

/** For a camera that is being opened to send its first keyframe. */
const FIRST_PACKET_TIMEOUT_MS = 8000;
const ONLY_THESE = 'over WebRTC only H.264 and VP8 are passed on';
/** Codecs that browsers play from RTP, and cameras or publishers send. */
const CODECS: readonly WebRtcCodec[] = ['h264', 'vp8'];
const OTHER_WAYS = 'Watch it on its page or by MJPEG at /video_feed, or set the camera to H.264.';
const CANNOT_REORDER = 'browsers can’t play those over WebRTC';
const WITHOUT_B_FRAMES = 'Switch B-frames off in the camera’s settings, or use the profile Baseline.';

const SENDING_ENDS: Record<SendingEnd, [reason: PeerEnd, detail: string]> = {
  stream_ended: ['camera_gone', 'the camera was removed'],
  reordered: ['unsupported', 'the camera’s video has B-frames'],
  codec_changed: ['unsupported', 'the camera’s codec has changed'],
};

/** Viewers over WebRTC (WHEP): each gets the camera's own H.264 or VP8, as it is. */
export class PeerViewers {
  readonly #sessions: PeerSessions;
  readonly #now: () => number;

  constructor(sessions: PeerSessions, now: () => number) {
    this.#sessions = sessions;
    this.#now = now;
  }

  /**
   * Resolves when the client can be answered.
   * @throws LookoutError `unsupported_media_type` if browsers can't play the camera's video; why the camera has none; see `readOffer` and
   * `PeerSessions.open`
   */
  async watch({ camera, sdp, isOwner, address, hold }: WatchRequest): Promise<PeerSession> {
    // A broken offer opens no camera.
    readOffer(sdp, { client: 'receives', codecs: CODECS });
    const stream = camera.video.encoded;
    const reading = new Reading(stream);
    try {
      const first = await firstPacket(camera, reading, isOwner);
      const offer = readOffer(sdp, { client: 'receives', ...wantedFor(first) });
      if (first.format.rotation !== undefined && !offer.turns) throw turned();
      const session = await this.#sessions.open(
        { role: 'viewer', cameraId: camera.id, address, offer, hold },
        (peer) => new ViewedVideo(peer, camera.video, reading, this.#now, (...end) => void session.end(...end)),
      );
      return session;
    } catch (error) {
      reading.close();
      throw error;
    }
  }

  /** Viewers that have connected, or may still. */
  get count(): number {
    return this.#sessions.count('viewer');
  }
}

/** A camera's video on its way to one viewer. */
class ViewedVideo implements PeerMedia {
  readonly #peer: PeerTransport;
  readonly #video: CameraVideo;
  readonly #reading: Reading;
  readonly #now: () => number;
  readonly #end: (reason: PeerEnd, detail: string) => void;
  #sender: VideoSender | undefined;
  #leave: () => void = () => undefined;

  constructor(
    peer: PeerTransport,
    video: CameraVideo,
    reading: Reading,
    now: () => number,
    end: (reason: PeerEnd, detail: string) => void,
  ) {
    this.#peer = peer;
    this.#video = video;
    this.#reading = reading;
    this.#now = now;
    this.#end = end;
  }

  onConnected(): void {
    this.#leave = this.#video.addViewer();
    this.#sender ??= new VideoSender({
      stream: this.#reading.stream,
      now: this.#now,
      send: (...packet) => this.#peer.sendRtp(...packet),
      onEnd: (reason) => this.#end(...SENDING_ENDS[reason]),
    });
    this.#reading.close();
  }

  onKeyframeRequest(): void {
    this.#sender?.keyframeRequested();
  }

  ended(): void {
    this.#leave();
    this.#sender?.close();
    this.#reading.close();
  }
}

/** Keeps a camera's packets coming until its viewer has connected. */
class Reading {
  readonly stream: EncodedStream;
  readonly #taker: StreamTaker;
  #first: EncodedPacket | undefined;
  #arrived: () => void = () => undefined;

  constructor(stream: EncodedStream) {
    this.stream = stream;
    this.#taker = stream.take({ ...GROUP_LIMITS, onPackets: () => this.#read(), onEnd: () => this.#arrived() });
    this.#read();
  }

  /** The first packet a new viewer would get; undefined if none comes in time. */
  async first(timeoutMs: number): Promise<EncodedPacket | undefined> {
    if (this.#first !== undefined) return this.#first;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#arrived = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    return this.#first;
  }

  /** Idempotent. */
  close(): void {
    this.#taker.close();
  }

  #read(): void {
    for (let packet = this.#taker.next(); packet !== undefined; packet = this.#taker.next()) this.#first ??= packet;
    if (this.#first !== undefined) this.#arrived();
  }
}

/** @throws LookoutError why the camera has no video that can be passed on */
async function firstPacket(camera: Camera, reading: Reading, isOwner: boolean): Promise<EncodedPacket> {
  const { state, codec, error } = camera.playing;
  if (!camera.config.enabled || error !== undefined) throw withoutVideo(camera, isOwner);
  if (state === 'live' && codec !== undefined && !isCarried(codec)) throw unplayable(codec);
  const packet = await reading.first(FIRST_PACKET_TIMEOUT_MS);
  if (packet === undefined) {
    const found = camera.playing.codec;
    throw found === undefined || isCarried(found) ? withoutVideo(camera, isOwner) : unplayable(found);
  }
  if (!isCarried(packet.format.codec)) throw unplayable(packet.format.codec);
  if (camera.playing.reordered) {
    throw new LookoutError('unsupported_media_type', `The camera’s video has B-frames; ${CANNOT_REORDER}`, {
      hint: WITHOUT_B_FRAMES,
    });
  }
  return packet;
}

/** Whether viewers can get video of this codec. @param codec FFmpeg's name; undefined: no video */
export function isCarried(codec: EncodedFormat['codec'] | undefined): codec is WebRtcCodec {
  return codec !== undefined && (CODECS as readonly string[]).includes(codec);
}

/** The codec of a stream, and its profile if that matters. */
function wantedFor(first: EncodedPacket): { codecs: WebRtcCodec[]; profile?: string | undefined } {
  return first.format.codec === 'vp8' ? { codecs: ['vp8'] } : { codecs: ['h264'], profile: profileLevelId(first) };
}

function withoutVideo(camera: Camera, isOwner: boolean): LookoutError {
  const { state, reason, publicReason, error } = camera.playing;
  const code = error?.code ?? (state === 'off' ? 'camera_off' : 'unavailable');
  return new LookoutError(code, `The camera has no video: ${isOwner ? reason : publicReason}`);
}

function turned(): LookoutError {
  return new LookoutError('unsupported_media_type', 'The camera’s video is to be turned for display', {
    hint: 'Use a client that offers urn:3gpp:video-orientation, as browsers do, or watch it on its page or by MJPEG at /video_feed.',
  });
}

function unplayable(codec: string): LookoutError {
  const names: Record<string, string> = { mjpeg: 'JPEG images', hevc: 'H.265', vp9: 'VP9', av1: 'AV1' };
  return new LookoutError('unsupported_media_type', `The camera sends ${names[codec] ?? codec}; ${ONLY_THESE}`, {
    hint: OTHER_WAYS,
  });
}
