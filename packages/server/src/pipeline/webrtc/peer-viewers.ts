import {
  type EncodedPacket,
  type EncodedStream,
  GROUP_LIMITS,
  type PeerTransport,
  profileLevelId,
  readOffer,
  type StreamTaker,
  VideoSender,
} from '@lookout/media';
import { LookoutError } from '@lookout/protocol';
import type { Camera } from '../cameras/camera.js';
import type { PeerEnd, PeerMedia, PeerSession, PeerSessions, SessionRequest } from './peer-sessions.js';

export interface WatchRequest extends Pick<SessionRequest, 'address' | 'hold'> {
import type { CameraVideo } from '../cameras/camera-video.js';
  readonly camera: Camera;
  /** The client's offer. */
  readonly sdp: string;
  /** Whether the caller may see why the camera has no video; see `Camera.publicReason`. */
  readonly isOwner: boolean;
}

/** For a camera that is being opened to send its first keyframe. */
const FIRST_PACKET_TIMEOUT_MS = 8000;
const ONLY_H264 = 'over WebRTC only H.264 is passed on';
const OTHER_WAYS = 'Watch it on its page or by MJPEG at /video_feed, or set the camera to H.264.';
const CANNOT_REORDER = 'browsers can’t play those over WebRTC';
const WITHOUT_B_FRAMES = 'Switch B-frames off in the camera’s settings, or use the profile Baseline.';

/** Viewers over WebRTC (WHEP): each gets the camera's own H.264, as it is. */
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
    readOffer(sdp, { client: 'receives', codecs: ['h264'] });
    const stream = camera.video.encoded;
    const reading = new Reading(stream);
    try {
      const first = await firstPacket(camera, reading, isOwner);
      const offer = readOffer(sdp, { client: 'receives', codecs: ['h264'], profile: profileLevelId(first) });
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
  readonly #reading: Reading;
  readonly #now: () => number;
  readonly #end: (reason: PeerEnd, detail: string) => void;
  #sender: VideoSender | undefined;

  constructor(
    peer: PeerTransport,
    reading: Reading,
    now: () => number,
    end: (reason: PeerEnd, detail: string) => void,
  ) {
  readonly #video: CameraVideo;
    this.#peer = peer;
    this.#reading = reading;
    this.#now = now;
    this.#end = end;
  #leave: () => void = () => undefined;
  }

  onConnected(): void {
    video: CameraVideo,
    this.#sender ??= new VideoSender({
      stream: this.#reading.stream,
      now: this.#now,
      send: (payload, timestamp, marker) => this.#peer.sendRtp(payload, timestamp, marker),
      onEnd: (reason) => {
    this.#video = video;
        if (reason === 'stream_ended') this.#end('camera_gone', 'the camera was removed');
        else this.#end('unsupported', 'the camera’s video has B-frames');
      },
    });
    this.#reading.close();
  }
    this.#leave = this.#video.addViewer();

  onKeyframeRequest(): void {
    this.#sender?.keyframeRequested();
  }

  ended(): void {
    this.#sender?.close();
    this.#reading.close();
  }
}

/** Keeps a camera's packets coming until its viewer has connected. */
class Reading {
  readonly stream: EncodedStream;
    this.#leave();
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
  if (state === 'live' && codec !== undefined && codec !== 'h264') throw unplayable(codec);
  const packet = await reading.first(FIRST_PACKET_TIMEOUT_MS);
  if (packet === undefined) {
    const found = camera.playing.codec;
    throw found === undefined || found === 'h264' ? withoutVideo(camera, isOwner) : unplayable(found);
  }
  if (packet.format.codec !== 'h264') throw unplayable(packet.format.codec);
  if (camera.video.reordered) {
    throw new LookoutError('unsupported_media_type', `The camera’s video has B-frames; ${CANNOT_REORDER}`, {
      hint: WITHOUT_B_FRAMES,
    });
  }
  return packet;
}

function withoutVideo(camera: Camera, isOwner: boolean): LookoutError {
  const { state, reason, publicReason, error } = camera.playing;
  const code = error?.code ?? (state === 'off' ? 'camera_off' : 'unavailable');
  return new LookoutError(code, `The camera has no video: ${isOwner ? reason : publicReason}`);
}

function unplayable(codec: string): LookoutError {
  const names: Record<string, string> = { mjpeg: 'JPEG images', hevc: 'H.265', vp8: 'VP8', vp9: 'VP9', av1: 'AV1' };
  return new LookoutError('unsupported_media_type', `The camera sends ${names[codec] ?? codec}; ${ONLY_H264}`, {
    hint: OTHER_WAYS,
  });
}
