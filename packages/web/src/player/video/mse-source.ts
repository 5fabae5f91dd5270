import { ClockOffset, systemClock } from '@lookout/client';
import type { MseServerMessage } from '@lookout/protocol';
import { t } from '../../strings/index.js';
import { paceOf } from './catch-up.js';
import { CaptureTimes, timesOf } from './segment-times.js';
import { shownSize } from './shown-size.js';
import type { VideoSource, VideoSourceEvents } from './video-source.js';

const words = t.diagnostics.ways.ends;

/** Sample entries, and a codec of each that a browser which plays any of it plays. */
const CODECS = { avc1: 'avc1.640029', hvc1: 'hvc1.1.6.L93.B0' } as const;
const ENTRIES: Readonly<Record<string, keyof typeof CODECS>> = { h264: 'avc1', hevc: 'hvc1' };
const STALL_MS = 3000;
/** The server may have to open the camera first, and to wait for a keyframe. */
const FIRST_FRAME_MS = 8000;
const CHECK_EVERY_MS = 500;
const PINGS_MS = [0, 150, 400];
const PING_EVERY_MS = 5000;
/** What was shown is removed in steps of this. */
const REMOVE_EVERY_S = 10;
const KEEP_S = 2;

type MediaSourceClass = typeof MediaSource;

/** Safari on phones has only the managed kind. */
function mediaSourceClass(): MediaSourceClass | undefined {
  const { ManagedMediaSource } = globalThis as { ManagedMediaSource?: MediaSourceClass };
  return globalThis.MediaSource ?? ManagedMediaSource;
}

function plays(codec: string): boolean {
  return mediaSourceClass()?.isTypeSupported(typeOf(codec)) ?? false;
}

const typeOf = (codec: string) => `video/mp4; codecs="${codec}"`;

/** Whether this browser plays video of a codec as fragmented MP4. @param codec as in `Camera.video` */
export function playsAsMp4(codec: string): boolean {
  const entry = ENTRIES[codec];
  return entry !== undefined && 'requestVideoFrameCallback' in HTMLVideoElement.prototype && plays(CODECS[entry]);
}

/** What to ask the server for. */
export function playableEntries(): string {
  return (Object.keys(CODECS) as (keyof typeof CODECS)[]).filter((entry) => plays(CODECS[entry])).join(',');
}

/** A camera's own video over `WS /ws/mse/:camera` and Media Source Extensions. Does not reconnect: whoever opened it decides what follows. */
export class MseSource implements VideoSource {
  readonly #events: VideoSourceEvents;
  readonly #socket: WebSocket;
  readonly #video = document.createElement('video');
  readonly #media: MediaSource;
  readonly #url: string;
  readonly #offset = new ClockOffset();
  readonly #times = new CaptureTimes();
  readonly #timers: ReturnType<typeof setInterval>[];
  /** Segments to append; a MIME type where those after it are of another. */
  #waiting: (ArrayBuffer | string)[] = [];
  #buffer: SourceBuffer | undefined;
  /** The MIME type to begin with, and the newest one. */
  #type: string | undefined;
  #newestType: string | undefined;
  /** Presentation time at which the player's own time line begins, s. */
  #beginS: number | undefined;
  #newestS = 0;
  #shownAt = performance.now();
  #isShown = false;
  #closed = false;

  /** @param url of the socket, with `codecs` */
  constructor(url: string, events: VideoSourceEvents) {
    this.#events = events;
    const Source = mediaSourceClass();
    if (!Source) throw new Error('This browser has no Media Source Extensions');
    this.#media = new Source();
    this.#url = URL.createObjectURL(this.#media);
    Object.assign(this.#video, { muted: true, playsInline: true, disableRemotePlayback: true, src: this.#url });
    this.#video.addEventListener('error', () => this.#end(this.#video.error?.message || words.undecodable));
    this.#media.addEventListener('sourceopen', () => this.#append(), { once: true });
    this.#awaitFrame();
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.addEventListener('message', ({ data }) => this.#receive(data));
    this.#socket.addEventListener('close', ({ reason }) => this.#end(reason || words.lost));
    const ping = () => {
      if (this.#socket.readyState === WebSocket.OPEN)
        this.#socket.send(JSON.stringify({ type: 'ping', t0: systemClock.now() }));
    };
    this.#socket.addEventListener('open', () => {
      for (const delay of PINGS_MS) setTimeout(ping, delay);
    });
    this.#timers = [setInterval(ping, PING_EVERY_MS), setInterval(() => this.#check(), CHECK_EVERY_MS)];
  }

  get roundTripMs(): number | undefined {
    return this.#offset.roundTripMs;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    closeQuietly(this.#socket);
    this.#video.removeAttribute('src');
    this.#video.load();
    URL.revokeObjectURL(this.#url);
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.close();
    this.#events.onEnd(reason);
  }

  #receive(data: string | ArrayBuffer): void {
    if (this.#closed) return;
    if (typeof data === 'string') {
      const message: MseServerMessage = JSON.parse(data);
      if (message.type === 'pong') this.#offset.add(message.t0, message.t1, systemClock.now());
      else if (message.type === 'init') this.#begin(typeOf(message.codec));
      else this.#end(message.message);
      return;
    }
    const times = timesOf(data);
    if (times) {
      this.#beginS ??= times.ptsS;
      this.#newestS = Math.max(this.#newestS, times.ptsS - this.#beginS);
      this.#times.add(times);
    }
    this.#waiting.push(data);
    this.#append();
  }

  /** Cameras change their codec's profile or level with the resolution, such as at nightfall. */
  #begin(type: string): void {
    if (this.#newestType !== undefined && this.#newestType !== type) this.#waiting.push(type);
    this.#newestType = type;
    this.#type ??= type;
  }

  /** Appends all that waits and is of one type, at once: an append has a cost of its own. */
  #append(): void {
    if (this.#closed || this.#type === undefined || this.#beginS === undefined) return;
    if (this.#media.readyState !== 'open' || this.#buffer?.updating || this.#waiting.length === 0) return;
    try {
      this.#buffer ??= this.#open(this.#type, this.#beginS);
      const { buffered, currentTime } = this.#video;
      if (buffered.length > 0 && currentTime - buffered.start(0) > REMOVE_EVERY_S)
        this.#buffer.remove(0, currentTime - KEEP_S);
      else this.#buffer.appendBuffer(concatenated(this.#takeOfOneType(this.#buffer)));
    } catch (error) {
      this.#end(error instanceof Error ? error.message : String(error));
    }
  }

  #takeOfOneType(buffer: SourceBuffer): ArrayBuffer[] {
    const [first] = this.#waiting;
    if (typeof first === 'string') {
      buffer.changeType(first);
      this.#waiting.shift();
    }
    const change = this.#waiting.findIndex((each) => typeof each === 'string');
    const taken = this.#waiting.splice(0, change === -1 ? this.#waiting.length : change);
    return taken.filter((each) => typeof each !== 'string');
  }

  #open(type: string, beginS: number): SourceBuffer {
    const buffer = this.#media.addSourceBuffer(type);
    buffer.timestampOffset = -beginS;
    buffer.addEventListener('updateend', () => {
      this.#keepPace();
      this.#append();
    });
    return buffer;
  }

  #keepPace(): void {
    const video = this.#video;
    if (this.#closed || video.buffered.length === 0) return;
    const pace = paceOf(this.#newestS - video.currentTime, video.playbackRate);
    if (pace.seek) video.currentTime = this.#newestS;
    if (video.playbackRate !== pace.rate) video.playbackRate = pace.rate;
    // Rejected when it is closed meanwhile, or may not play: then no frame comes, which is noticed.
    if (video.paused) video.play().catch(() => undefined);
  }

  #awaitFrame(): void {
    this.#video.requestVideoFrameCallback((_now, { mediaTime, width, height }) => {
      if (this.#closed) return;
      this.#awaitFrame();
      this.#shownAt = performance.now();
      const capturedMs = this.#times.at(mediaTime + (this.#beginS ?? 0));
      if (capturedMs === undefined) return;
      this.#isShown = true;
      Object.assign(this.#video, shownSize(this.#video, { width, height }));
      const ageMs = Math.max(0, this.#offset.toServer(systemClock.now()) - capturedMs);
      this.#events.onFrame({ picture: this.#video, capturedMs, ageMs });
    });
  }

  #check(): void {
    if (performance.now() - this.#shownAt <= (this.#isShown ? STALL_MS : FIRST_FRAME_MS)) return;
    this.#end(this.#isShown ? words.still : words.noPicture);
  }
}

/** A socket that is closed before it is open is an error in the browser's console. */
function closeQuietly(socket: WebSocket): void {
  if (socket.readyState === WebSocket.CONNECTING) socket.addEventListener('open', () => socket.close());
  else socket.close();
}

function concatenated(parts: readonly ArrayBuffer[]): ArrayBuffer {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const bytes = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(new Uint8Array(part), at);
    at += part.byteLength;
  }
  return bytes.buffer;
}
