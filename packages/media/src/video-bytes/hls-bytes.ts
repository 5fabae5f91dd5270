import { createDecipheriv } from 'node:crypto';
import { LookoutError } from '@lookout/protocol/core';
import { nowMs } from '../frame/clock.js';
import type { CameraRequest } from '../mjpeg/camera-request.js';
import { pause } from '../source/pause.js';
import { BodyReader } from './body-reader.js';
import type { ByteSource, HlsInfo } from './byte-source.js';
import {
  type HlsKey,
  type HlsPart,
  type HlsPlaylist,
  type HlsSegment,
  type HlsVariant,
  parsePlaylist,
} from './hls-playlist.js';

/** Enough for a day in segments of five seconds. */
export const MAX_PLAYLIST_BYTES = 1_048_576;
/** Unreadable segments or playlists in a row before giving up. */
const MAX_FAILURES = 3;
const PIECE_BYTES = 65_536;
const KEY_BYTES = 16;
const MIN_RELOAD_MS = 250;
const MAX_RELOAD_MS = 10_000;

type MediaPlaylist = Extract<HlsPlaylist, { kind: 'media' }>;

export interface HlsEvents {
  /** A part could not be read; the stream continues after it. */
  onLost(reason: string): void;
}

/**
 * The video of an HLS playlist (RFC 8216) as one sequence of bytes: its decrypted segments one after the other, for a live stream from the
 * newest on. Nothing is read ahead, and what must be kept (playlist, key) is bounded.
 */
export class HlsBytes implements ByteSource, HlsInfo {
  readonly #request: CameraRequest;
  readonly #events: HlsEvents;
  readonly #signal: AbortSignal;
  readonly #pieces = this.#read();
  #rest: Buffer = Buffer.alloc(0);
  #playlist: MediaPlaylist;
  #loadedMs = nowMs();
  /** Whether the last reload of the playlist brought a new segment. */
  #news = true;
  /** Number of the next segment. */
  #next: number;
  /** Whether anything has been read. */
  #begun = false;
  #failures = 0;
  #failure: LookoutError | undefined;
  #key: { url: string; bytes: Buffer } | undefined;
  startsAnew = false;

  private constructor(request: CameraRequest, playlist: MediaPlaylist, events: HlsEvents, signal: AbortSignal) {
    this.#request = request;
    this.#playlist = playlist;
    this.#events = events;
    this.#signal = signal;
    this.#next = beginningOf(playlist);
  }

  /**
   * @param request has received the playlist. @param text of the playlist.
   * @throws LookoutError `source_protocol_error`, `camera_unsupported`, and as `CameraRequest` does.
   */
  static async open(request: CameraRequest, text: string, events: HlsEvents, signal: AbortSignal): Promise<HlsBytes> {
    const first = parsePlaylist(text);
    if (first.kind === 'media') return new HlsBytes(request, first, events, signal);
    const variant = request.named(bestOf(first.variants).uri);
    return new HlsBytes(variant, await loadMedia(variant, signal), events, signal);
  }

  get live(): boolean {
    return !this.#playlist.ended;
  }

  get targetMs(): number {
    return this.#playlist.targetMs;
  }

  async read(max: number): Promise<Buffer | undefined> {
    this.startsAnew = false;
    if (this.#rest.length === 0) {
      const { value, done } = await this.#pieces.next();
      if (done) return undefined;
      if (value === 'anew') {
        this.startsAnew = true;
        return undefined;
      }
      this.#rest = value;
      this.#begun = true;
    }
    const piece = this.#rest.subarray(0, max);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }

  /** All bytes; `anew` where the demuxer must be opened again. */
  async *#read(): AsyncGenerator<Buffer | 'anew', void, void> {
    let header: HlsSegment['header'];
    for (let segment = await this.#nextSegment(); segment !== undefined; segment = await this.#nextSegment()) {
      try {
        if (!isSame(segment.header, header)) {
          if (this.#begun) yield 'anew';
          header = undefined;
          if (segment.header !== undefined) yield* this.#partOf(segment.header, segment.number);
          header = segment.header;
        }
        yield* this.#partOf(segment, segment.number);
        this.#failures = 0;
      } catch (error) {
        this.#failed(error);
        // Half a fragment of MP4 can't be followed by another one.
        header = undefined;
      }
    }
    if (!this.#begun && this.#failure !== undefined) throw this.#failure;
  }

  async *#partOf(part: HlsPart & { key: HlsKey | undefined }, number: number): AsyncGenerator<Buffer, void, void> {
    const decipher =
      part.key && createDecipheriv('aes-128-cbc', await this.#keyBytes(part.key), ivOf(part.key, number));
    const response = await this.#request.named(part.uri).get(this.#signal, part.range);
    const body = new BodyReader(response, this.#signal);
    try {
      let left = Number.POSITIVE_INFINITY;
      if (part.range !== undefined) {
        // A server without support for ranges sends the whole file.
        if (response.statusCode !== 206) await body.skip(part.range.from);
        left = part.range.to! - part.range.from + 1;
      }
      while (left > 0) {
        const piece = await body.read(Math.min(PIECE_BYTES, left));
        if (piece === undefined) break;
        left -= piece.length;
        const plain = decipher?.update(piece) ?? piece;
        if (plain.length > 0) yield plain;
      }
      const last = decipher?.final();
      if (last !== undefined && last.length > 0) yield last;
    } finally {
      body.close();
    }
  }

  /** Waits for the next segment if it is not there yet. @returns undefined at the end. */
  async #nextSegment(): Promise<HlsSegment | undefined> {
    for (;;) {
      const { segments, ended } = this.#playlist;
      const segment = segments[this.#next - (segments[0]?.number ?? 0)];
      if (segment !== undefined) {
        this.#next++;
        return segment;
      }
      if (ended) return undefined;
      await this.#reload();
    }
  }

  async #reload(): Promise<void> {
    const { segments, targetMs } = this.#playlist;
    const wantedMs = this.#news ? (segments.at(-1)?.durationMs ?? targetMs) : targetMs / 2;
    const waitMs = Math.min(Math.max(wantedMs, MIN_RELOAD_MS), MAX_RELOAD_MS);
    await pause(this.#loadedMs + waitMs - nowMs(), this.#signal);
    this.#signal.throwIfAborted();
    this.#loadedMs = nowMs();
    this.#news = false;
    try {
      this.#playlist = await loadMedia(this.#request, this.#signal);
    } catch (error) {
      return this.#failed(error);
    }
    const first = this.#playlist.segments[0];
    const last = this.#playlist.segments.at(-1);
    if (first === undefined || last === undefined) return;
    this.#news = last.number !== segments.at(-1)?.number;
    // We were too slow for what the server keeps, or it has restarted its numbers.
    if (this.#next < first.number || this.#next > last.number + 1) this.#next = beginningOf(this.#playlist);
  }

  async #keyBytes({ uri }: HlsKey): Promise<Buffer> {
    const request = this.#request.named(uri);
    const url = request.url.href;
    if (this.#key?.url !== url) {
      const body = new BodyReader(await request.get(this.#signal), this.#signal);
      const bytes = await body.readAll(KEY_BYTES, 'The key of the stream');
      if (bytes.length < KEY_BYTES)
        throw new LookoutError('source_protocol_error', 'The key of the stream is too short');
      this.#key = { url, bytes };
    }
    return this.#key.bytes;
  }

  /** @throws LookoutError when retrying would not help. */
  #failed(error: unknown): void {
    this.#signal.throwIfAborted();
    const failure = error instanceof LookoutError ? error : decryptionError(error);
    if (failure.code === 'camera_unauthorized' || failure.code === 'camera_unsupported') throw failure;
    if (++this.#failures >= MAX_FAILURES) throw failure;
    this.#failure = failure;
    this.#events.onLost(failure.message);
  }
}

async function loadMedia(request: CameraRequest, signal: AbortSignal): Promise<MediaPlaylist> {
  const body = new BodyReader(await request.get(signal), signal);
  const playlist = parsePlaylist((await body.readAll(MAX_PLAYLIST_BYTES, 'The playlist')).toString());
  if (playlist.kind === 'media') return playlist;
  throw new LookoutError('source_protocol_error', 'The playlist leads to another one without segments');
}

/** The variant with the largest picture, at the highest bit rate. */
function bestOf(variants: readonly HlsVariant[]): HlsVariant {
  const pictures = variants.filter(({ audioOnly }) => !audioOnly);
  const best = pictures.sort((a, b) => b.pixels - a.pixels || b.bandwidth - a.bandwidth)[0];
  if (best === undefined) throw new LookoutError('camera_unsupported', 'The playlist contains only audio');
  return best;
}

/** The first segment of a stream that has an end, else the newest. */
function beginningOf({ segments, ended }: MediaPlaylist): number {
  return (ended ? segments[0] : segments.at(-1))?.number ?? 0;
}

function ivOf({ iv }: HlsKey, number: number): Buffer {
  if (iv !== undefined) return iv;
  const counted = Buffer.alloc(16);
  counted.writeBigUInt64BE(BigInt(number), 8);
  return counted;
}

function isSame(a: HlsPart | undefined, b: HlsPart | undefined): boolean {
  return a?.uri === b?.uri && a?.range?.from === b?.range?.from && a?.range?.to === b?.range?.to;
}

function decryptionError(cause: unknown): LookoutError {
  return new LookoutError('source_protocol_error', "A segment can't be decrypted: its key does not fit", { cause });
}
