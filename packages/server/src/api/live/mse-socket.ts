import {
  type EncodedPacket,
  GROUP_LIMITS,
  initSegment,
  mediaSegment,
  type StreamTaker,
  sampleEntryOf,
  toEpochMs,
  type VideoConfig,
  videoConfigOf,
} from '@lookout/media';
import { LookoutError, MseClientMessage, type MseQuery, type MseServerMessage } from '@lookout/protocol';
import { WebSocket } from 'ws';
import type { Camera } from '../../pipeline/cameras/camera.js';
import { REMOVED_REASON } from '../../pipeline/live/consumer.js';
import type { PlayerMetrics } from '../../platform/metrics/player-metrics.js';

export interface MseOptions {
  readonly metrics: PlayerMetrics;
  now(): number;
  onInvalidMessage(): void;
}

/** Packets on their way to a player, which the kernel's buffers would let grow to many seconds: a second of video. */
const WINDOW_PACKETS = 30;
/** A player whose window stays full for this long is disconnected. */
const STUCK_LIMIT_MS = 30_000;
const WATCH_EVERY_MS = 5000;
/** Consecutive invalid messages before the socket is closed. */
const MAX_ERRORS = 20;

/** Segments by packet. Made once, shared by all players. */
const segments = new WeakMap<EncodedPacket, Uint8Array>();

/**
 * @param isOwner whether the caller may see the full reason; see `Camera.publicReason`
 * @throws LookoutError why the camera's video can't be played
 */
export function requireVideo(camera: Camera, query: MseQuery, isOwner: boolean): void {
  const { video } = camera.view();
  if (video !== undefined) {
    const refusal = refusalOf(video.codec, query);
    if (refusal) throw refusal;
    return;
  }
  const { state, codec, error, ...said } = camera.playing;
  // A main stream that was found to have none is closed again.
  const isKnown = state === 'live' || (state === 'off' && camera.config.enabled);
  if (isKnown && codec !== undefined && sampleEntryOf(codec) === undefined) throw noVideo(codec);
  const reason = isOwner ? said.reason : said.publicReason;
  throw new LookoutError(
    error?.code ?? (state === 'off' ? 'camera_off' : 'unavailable'),
    `This camera has no video: ${reason}`,
  );
}

function refusalOf(codec: string, { codecs }: MseQuery): LookoutError | undefined {
  const entry = sampleEntryOf(codec);
  if (entry === undefined) return noVideo(codec);
  if (codecs.split(',').includes(entry)) return undefined;
  return new LookoutError('conflict', `This camera sends ${codec}, which the player does not decode`, {
    hint: `Add ${entry} to codecs if it does; otherwise watch the camera’s JPEGs at /ws/view.`,
  });
}

function noVideo(codec: string): LookoutError {
  return new LookoutError('conflict', `This camera sends ${codec}, and only H.264 and HEVC are passed on as video`, {
    hint: 'Watch its JPEGs at /ws/view.',
  });
}

/** `WS /ws/mse/:camera`: the camera's own video from the newest group of pictures on, a segment per packet. Ends with the socket. */
export function serveMse(socket: WebSocket, camera: Camera, query: MseQuery, options: MseOptions): void {
  const player = new MsePlayer(socket, camera, query, options);
  socket.once('close', () => player.close());
}

class MsePlayer {
  readonly #socket: WebSocket;
  readonly #camera: Camera;
  readonly #query: MseQuery;
  readonly #options: MseOptions;
  readonly #taker: StreamTaker;
  readonly #watch: NodeJS.Timeout;
  readonly #leave: () => void;
  #config: VideoConfig | undefined;
  #sent = 0;
  #received = 0;
  #openMs: number;
  #skipped = 0;
  #errors = 0;

  constructor(socket: WebSocket, camera: Camera, query: MseQuery, options: MseOptions) {
    this.#socket = socket;
    this.#camera = camera;
    this.#query = query;
    this.#options = options;
    this.#openMs = options.now();
    options.metrics.opened(camera.id);
    this.#leave = camera.video.addViewer();
    // All clients answer pings by themselves and in order; the answer repeats the number.
    socket.on('pong', (data) => this.#acknowledge(Number(data)));
    socket.on('message', (data, binary) => this.#receive(binary ? undefined : String(data)));
    this.#watch = setInterval(() => this.#check(), WATCH_EVERY_MS);
    this.#watch.unref();
    this.#taker = camera.video.encoded.take({
      ...GROUP_LIMITS,
      onPackets: () => this.#pump(),
      onEnd: () => socket.close(1001, REMOVED_REASON),
    });
    this.#pump();
  }

  close(): void {
    clearInterval(this.#watch);
    this.#leave();
    this.#taker.close();
    this.#options.metrics.closed(this.#camera.id);
  }

  get #isFull(): boolean {
    return this.#sent - this.#received >= WINDOW_PACKETS;
  }

  #pump(): void {
    // A player that is behind would rather have the present than everything.
    if (this.#isFull) this.#taker.skipToKeyframe();
    while (!this.#isFull && this.#socket.readyState === WebSocket.OPEN) {
      const packet = this.#taker.next();
      if (packet === undefined) break;
      this.#send(packet);
    }
    const { skipped } = this.#taker.counts;
    if (skipped > this.#skipped) this.#options.metrics.packets(this.#camera.id, 'skipped', skipped - this.#skipped);
    this.#skipped = skipped;
  }

  #send(packet: EncodedPacket): void {
    if (packet.keyframe && !this.#configure(packet)) return;
    // Without parameter sets, nothing can be decoded.
    if (this.#config === undefined) return;
    this.#socket.send(segmentOf(packet), { binary: true, compress: false });
    this.#socket.ping(String(++this.#sent));
    this.#options.metrics.packets(this.#camera.id, 'sent', 1);
  }

  /** Sends an initialisation segment if the keyframe needs another than the last one. @returns false: it can't be played */
  #configure(keyframe: EncodedPacket): boolean {
    const refusal = refusalOf(keyframe.format.codec, this.#query);
    if (refusal) {
      this.#tell({ type: 'error', code: refusal.code, message: refusal.message });
      this.#socket.close(1003, 'the camera’s codec has changed');
      return false;
    }
    const config = configOf(keyframe);
    if (config === undefined) return this.#config !== undefined;
    if (isSame(config, this.#config)) return true;
    this.#config = config;
    const { codec, width, height } = config;
    this.#tell({ type: 'init', codec, width, height });
    this.#socket.send(initSegment(config), { binary: true, compress: false });
    return true;
  }

  #acknowledge(number: number): void {
    if (!(number > this.#received && number <= this.#sent)) return;
    this.#received = number;
    this.#openMs = this.#options.now();
    this.#pump();
  }

  #check(): void {
    const isStuck = this.#isFull && this.#options.now() - this.#openMs > STUCK_LIMIT_MS;
    if (isStuck) this.#socket.terminate();
  }

  #receive(text: string | undefined): void {
    const ping = text === undefined ? undefined : parse(text);
    if (ping) {
      this.#errors = 0;
      this.#tell({ type: 'pong', t0: ping.t0, t1: toEpochMs(this.#options.now()) });
      return;
    }
    this.#tell({ type: 'error', code: 'message_invalid', message: 'Expected a JSON text message of type ping' });
    this.#options.onInvalidMessage();
    if (++this.#errors >= MAX_ERRORS) this.#socket.close(1008, 'too many invalid messages');
  }

  #tell(message: MseServerMessage): void {
    this.#socket.send(JSON.stringify(message));
  }
}

function segmentOf(packet: EncodedPacket): Uint8Array {
  let segment = segments.get(packet);
  if (segment === undefined) {
    segment = mediaSegment(packet, toEpochMs(packet.timestampMs));
    segments.set(packet, segment);
  }
  return segment;
}

/** Undefined if the keyframe has no parameter sets, or damaged ones: the next keyframe may have better. */
function configOf(keyframe: EncodedPacket): VideoConfig | undefined {
  try {
    return videoConfigOf(keyframe);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function isSame(a: VideoConfig, b: VideoConfig | undefined): boolean {
  return (
    b !== undefined && a.codec === b.codec && a.rotation === b.rotation && Buffer.compare(a.record, b.record) === 0
  );
}

function parse(text: string): MseClientMessage | undefined {
  try {
    return MseClientMessage.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
