import type { PeerSession } from '@lookout/client';
import { t } from '../../strings/index.js';
import type { FrameClock } from './frame-clock.js';
import { shownSize } from './shown-size.js';
import type { VideoSource, VideoSourceEvents } from './video-source.js';

const words = t.diagnostics.ways.ends;

/** The server may have to open the camera first, and to wait for a keyframe. */
const ANSWER_MS = 10_000;
/** Connections that come at all come within a second or two; where UDP is blocked, checks go on for much longer. */
const FIRST_FRAME_MS = 4000;
const STALL_MS = 3000;
const CHECK_EVERY_MS = 500;

/** What a source needs of the server. */
export interface WhepServer {
  open(offer: string, signal: AbortSignal): Promise<PeerSession>;
  /** Closed with the source. */
  readonly clock: FrameClock;
}

/** Whether this browser has WebRTC, and tells which frame of it is on the screen. */
export function hasWebRtc(): boolean {
  return 'RTCPeerConnection' in globalThis && 'requestVideoFrameCallback' in HTMLVideoElement.prototype;
}

/** A camera's own video by WebRTC (WHEP). Does not reconnect: whoever opened it decides what follows. */
export class WhepSource implements VideoSource {
  readonly #events: VideoSourceEvents;
  readonly #clock: FrameClock;
  readonly #connection = new RTCPeerConnection();
  readonly #receiver: RTCRtpReceiver;
  readonly #video = document.createElement('video');
  readonly #ending = new AbortController();
  readonly #timer: ReturnType<typeof setInterval>;
  #session: PeerSession | undefined;
  #limitMs = ANSWER_MS;
  /** When the last thing happened that had to. */
  #reachedAt = performance.now();

  constructor(server: WhepServer, events: VideoSourceEvents) {
    this.#events = events;
    this.#clock = server.clock;
    const { receiver } = this.#connection.addTransceiver('video', { direction: 'recvonly' });
    this.#receiver = receiver;
    playAtOnce(receiver);
    Object.assign(this.#video, {
      ...{ muted: true, playsInline: true, disableRemotePlayback: true },
      srcObject: new MediaStream([receiver.track]),
    });
    this.#awaitFrame();
    this.#connection.addEventListener('connectionstatechange', () => {
      if (this.#connection.connectionState === 'failed') this.#end(this.#isShown ? words.lost : words.noConnection);
    });
    const { signal } = this.#ending;
    // A page that is left or frozen closes nothing by itself.
    window.addEventListener('pagehide', () => this.close(), { signal });
    this.#timer = setInterval(() => this.#check(), CHECK_EVERY_MS);
    this.#connect(server).catch((error) => this.#end(error instanceof Error ? error.message : String(error)));
  }

  get roundTripMs(): number | undefined {
    return this.#clock.roundTripMs;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#ending.abort();
    clearInterval(this.#timer);
    this.#clock.close();
    void this.#session?.close();
    this.#connection.close();
    this.#video.srcObject = null;
  }

  get #isClosed(): boolean {
    return this.#ending.signal.aborted;
  }

  get #isShown(): boolean {
    return this.#limitMs === STALL_MS;
  }

  async #connect(server: WhepServer): Promise<void> {
    await this.#connection.setLocalDescription();
    const session = await server.open(this.#connection.localDescription?.sdp ?? '', this.#ending.signal);
    this.#session = session;
    // Closed meanwhile: `close` did not know the session.
    if (this.#isClosed) return void session.close();
    this.#limitMs = FIRST_FRAME_MS;
    this.#reachedAt = performance.now();
    await this.#connection.setRemoteDescription({ type: 'answer', sdp: session.answer });
    await this.#video.play();
  }

  #end(reason: string): void {
    if (this.#isClosed) return;
    this.close();
    this.#events.onEnd(reason);
  }

  #awaitFrame(): void {
    this.#video.requestVideoFrameCallback((_now, { rtpTimestamp, width, height }) => {
      if (this.#isClosed) return;
      this.#awaitFrame();
      this.#reachedAt = performance.now();
      const shown = rtpTimestamp ?? this.#receiver.getSynchronizationSources()[0]?.rtpTimestamp;
      const capturedMs = shown === undefined ? undefined : this.#clock.capturedMs(shown);
      if (capturedMs === undefined) return;
      this.#limitMs = STALL_MS;
      Object.assign(this.#video, shownSize(this.#video, { width, height }));
      this.#events.onFrame({ picture: this.#video, capturedMs, ageMs: this.#clock.ageMs(capturedMs) });
    });
  }

  #check(): void {
    if (performance.now() - this.#reachedAt <= this.#limitMs) return;
    if (this.#isShown) this.#end(words.still);
    else if (this.#session === undefined) this.#end(words.noAnswer);
    else this.#end(this.#connection.connectionState === 'connected' ? words.noPicture : words.noConnection);
  }
}

/** Frames that wait to even out the network would be seen late. Firefox knows neither and has hardly a buffer. */
function playAtOnce(
  receiver: RTCRtpReceiver & { playoutDelayHint?: number; jitterBufferTarget?: number | null },
): void {
  if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = 0;
  else if ('playoutDelayHint' in receiver) Object.assign(receiver, { playoutDelayHint: 0 });
}
