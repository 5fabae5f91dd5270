import type { PeerSession } from '@lookout/client';
import { lookout } from '../api/client.js';

export interface VideoStats {
  fps: number;
  kbitPerSecond: number;
  width: number | undefined;
  height: number | undefined;
  roundTripMs: number | undefined;
  limitedBy: 'network' | 'device' | 'none';
}

export interface VideoPublisherEvents {
  onLive(): void;
  onStats(stats: VideoStats): void;
  /** It is over: `replaced` by another publisher, or else why. Called once, and nothing after it. */
  onEnd(end: { replaced: boolean; reason: string }): void;
}

/** ICE and DTLS take a second; where UDP is blocked they never end. */
const CONNECT_TIMEOUT_MS = 8000;
const STATS_EVERY_MS = 1000;

/** Whether this browser can send video. */
export const canSendVideo = (): boolean => 'RTCPeerConnection' in window;

/** Publishes a track by WebRTC (WHIP), until the first failure. */
export class VideoPublisher {
  readonly #token: string;
  readonly #events: VideoPublisherEvents;
  readonly #peer = new RTCPeerConnection();
  readonly #sender: RTCRtpSender;
  readonly #abort = new AbortController();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #timeout: ReturnType<typeof setTimeout>;
  #session: PeerSession | undefined;
  #track: MediaStreamTrack | undefined;
  #last: { bytes: number; atMs: number } | undefined;
  #isLive = false;
  #closed = false;

  constructor(token: string, track: MediaStreamTrack, events: VideoPublisherEvents) {
    this.#token = token;
    this.#events = events;
    this.#track = track;
    this.#sender = this.#peer.addTransceiver(track, { direction: 'sendonly' }).sender;
    this.#peer.onconnectionstatechange = () => this.#changed();
    this.#timeout = setTimeout(() => this.#end('no connection over UDP'), CONNECT_TIMEOUT_MS);
    this.#timer = setInterval(() => void this.#measure(), STATS_EVERY_MS);
    this.#open().catch((error) => this.#end(error instanceof Error ? error.message : String(error)));
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  /** Another track of the same connection, or none: nothing is sent then. */
  setTrack(track: MediaStreamTrack | undefined): void {
    this.#track = track;
    void this.#sender.replaceTrack(track ?? null).catch((error) => this.#end(String(error)));
  }

  setPaused(paused: boolean): void {
    void this.#sender.replaceTrack(paused ? null : (this.#track ?? null)).catch((error) => this.#end(String(error)));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timeout);
    clearInterval(this.#timer);
    this.#abort.abort();
    this.#peer.close();
    void this.#session?.close();
  }

  async #open(): Promise<void> {
    await this.#peer.setLocalDescription();
    const offer = this.#peer.localDescription?.sdp ?? '';
    this.#session = await lookout.openWhip(this.#token, offer, { signal: this.#abort.signal });
    await this.#peer.setRemoteDescription({ type: 'answer', sdp: this.#session.answer });
  }

  #changed(): void {
    const state = this.#peer.connectionState;
    if (state === 'connected' && !this.#isLive) {
      this.#isLive = true;
      clearTimeout(this.#timeout);
      this.#events.onLive();
    } else if (state === 'failed') void this.#lost();
  }

  /** The server has ended the session long before the browser gives it up; if the camera is live, another publisher has taken it over. */
  async #lost(): Promise<void> {
    const camera = await lookout.link(this.#token).catch(() => undefined);
    this.#end('the connection was lost', this.#isLive && camera?.state === 'live');
  }

  #end(reason: string, replaced = false): void {
    if (this.#closed) return;
    this.close();
    this.#events.onEnd({ replaced, reason });
  }

  async #measure(): Promise<void> {
    if (!this.#isLive) return;
    const reports = [...(await this.#peer.getStats()).values()];
    const sent = reports.find(({ type }) => type === 'outbound-rtp');
    const pair = reports.find(({ type, nominated }) => type === 'candidate-pair' && nominated);
    if (this.#closed || sent === undefined) return;
    const before = this.#last;
    this.#last = { bytes: sent.bytesSent, atMs: sent.timestamp };
    if (before === undefined) return;
    const limits: Record<string, VideoStats['limitedBy']> = { bandwidth: 'network', cpu: 'device' };
    this.#events.onStats({
      fps: sent.framesPerSecond ?? 0,
      kbitPerSecond: ((sent.bytesSent - before.bytes) * 8) / Math.max(1, sent.timestamp - before.atMs),
      width: sent.frameWidth,
      height: sent.frameHeight,
      roundTripMs: pair?.currentRoundTripTime === undefined ? undefined : pair.currentRoundTripTime * 1000,
      limitedBy: limits[sent.qualityLimitationReason] ?? 'none',
    });
  }
}
