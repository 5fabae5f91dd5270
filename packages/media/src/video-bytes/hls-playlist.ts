import { LookoutError } from '@lookout/protocol/core';
import type { ByteRange } from '../mjpeg/camera-request.js';

/** One of several streams of the same video. */
export interface HlsVariant {
  uri: string;
  /** Bits per second; 0 if unknown. */
  bandwidth: number;
  /** Pixels of the picture; 0 if unknown. */
  pixels: number;
  /** Whether it says that it contains only audio. */
  audioOnly: boolean;
}

/** A range of a file. */
export interface HlsPart {
  uri: string;
  range: ByteRange | undefined;
}

export interface HlsKey {
  uri: string;
  /** 16 bytes; undefined: derived from the segment's number. */
  iv: Buffer | undefined;
}

export interface HlsSegment extends HlsPart {
  /** Its number in the stream; numbers are consecutive. */
  number: number;
  durationMs: number;
  /** Set if it is encrypted, by AES-128. */
  key: HlsKey | undefined;
  /** What a decoder needs first: the header of fragmented MP4. */
  header: (HlsPart & { key: HlsKey | undefined }) | undefined;
}

export type HlsPlaylist =
  | { kind: 'master'; variants: HlsVariant[] }
  | {
      kind: 'media';
      segments: HlsSegment[];
      /** The maximum segment length. */
      targetMs: number;
      /** Nothing will be added. */
      ended: boolean;
    };

/** A day in segments of two seconds has 43 200. */
const MAX_ENTRIES = 50_000;
const DEFAULT_TARGET_MS = 10_000;
const MAX_SEGMENT_MS = 3_600_000;
const AUDIO_CODECS = /^(?:mp4a|ac-3|ec-3|opus|flac|mp3)/i;

/** Whether a text is an HLS playlist (RFC 8216), by how it begins. */
export function isPlaylist(text: string): boolean {
  return /^\uFEFF?\s*#EXTM3U/i.test(text);
}

/**
 * Parses an HLS playlist as far as needed to play its newest segments. Everything else in it, and small mistakes, are ignored.
 * @throws LookoutError `source_protocol_error` when it is not one; `camera_unsupported` for an unknown encryption.
 */
export function parsePlaylist(text: string): HlsPlaylist {
  if (!isPlaylist(text))
    throw new LookoutError('source_protocol_error', 'The camera sent something else instead of an HLS playlist');
  const reading = new PlaylistReading();
  for (const line of text.split('\n')) reading.line(line.trim());
  return reading.playlist;
}

class PlaylistReading {
  readonly #variants: HlsVariant[] = [];
  readonly #segments: HlsSegment[] = [];
  #targetMs = DEFAULT_TARGET_MS;
  #ended = false;
  #number = 0;
  #variant: Omit<HlsVariant, 'uri'> | undefined;
  #durationMs: number | undefined;
  #range: string | undefined;
  #key: HlsKey | undefined;
  #header: HlsSegment['header'];

  get playlist(): HlsPlaylist {
    if (this.#variants.length > 0) return { kind: 'master', variants: this.#variants };
    return { kind: 'media', segments: this.#segments, targetMs: this.#targetMs, ended: this.#ended };
  }

  line(line: string): void {
    if (line === '') return;
    if (!line.startsWith('#')) {
      this.#uri(line);
      return;
    }
    const colon = line.indexOf(':');
    const value = colon < 0 ? '' : line.slice(colon + 1);
    switch (colon < 0 ? line : line.slice(0, colon)) {
      case '#EXTINF':
        this.#durationMs = milliseconds(value, MAX_SEGMENT_MS) ?? 0;
        break;
      case '#EXT-X-TARGETDURATION':
        this.#targetMs = milliseconds(value, MAX_SEGMENT_MS) ?? DEFAULT_TARGET_MS;
        break;
      case '#EXT-X-MEDIA-SEQUENCE':
        this.#number = Number.parseInt(value, 10) || 0;
        break;
      case '#EXT-X-ENDLIST':
        this.#ended = true;
        break;
      case '#EXT-X-BYTERANGE':
        this.#range = value;
        break;
      case '#EXT-X-KEY':
        this.#key = keyOf(attributesOf(value));
        break;
      case '#EXT-X-MAP':
        this.#header = headerOf(attributesOf(value), this.#key);
        break;
      case '#EXT-X-STREAM-INF':
        this.#variant = variantOf(attributesOf(value));
        break;
    }
  }

  #uri(uri: string): void {
    if (this.#variants.length + this.#segments.length >= MAX_ENTRIES)
      throw new LookoutError('source_protocol_error', `The playlist has more than ${MAX_ENTRIES} entries`);
    if (this.#variant !== undefined) {
      this.#variants.push({ uri, ...this.#variant });
      this.#variant = undefined;
      return;
    }
    // Plain file lists have no durations; other entries of a master playlist are not segments.
    const durationMs = this.#durationMs ?? this.#targetMs;
    const previous = this.#segments.at(-1);
    const range = rangeOf(this.#range, previous?.uri === uri ? previous.range : undefined);
    this.#segments.push({ number: this.#number++, uri, range, durationMs, key: this.#key, header: this.#header });
    this.#durationMs = undefined;
    this.#range = undefined;
  }
}

function keyOf(attributes: Map<string, string>): HlsKey | undefined {
  const method = attributes.get('METHOD') ?? 'NONE';
  if (method === 'NONE') return undefined;
  const uri = attributes.get('URI');
  const format = attributes.get('KEYFORMAT') ?? 'identity';
  if (method !== 'AES-128' || format !== 'identity' || uri === undefined)
    throw new LookoutError(
      'camera_unsupported',
      `The stream is encrypted by ${method.slice(0, 40)} (${format.slice(0, 40)})`,
      {
        hint: 'Only AES-128 encryption is supported: change it, or switch encryption off.',
      },
    );
  const hex = /^0x([0-9a-f]{1,32})$/i.exec(attributes.get('IV') ?? '')?.[1];
  return { uri, iv: hex === undefined ? undefined : Buffer.from(hex.padStart(32, '0'), 'hex') };
}

function headerOf(attributes: Map<string, string>, key: HlsKey | undefined): HlsSegment['header'] {
  const uri = attributes.get('URI');
  return uri === undefined ? undefined : { uri, range: rangeOf(attributes.get('BYTERANGE'), undefined), key };
}

function variantOf(attributes: Map<string, string>): Omit<HlsVariant, 'uri'> {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(attributes.get('RESOLUTION') ?? '') ?? [];
  const codecs = attributes.get('CODECS')?.split(',') ?? [];
  return {
    bandwidth: Number.parseInt(attributes.get('BANDWIDTH') ?? '', 10) || 0,
    pixels: Number(width ?? 0) * Number(height ?? 0),
    audioOnly: codecs.length > 0 && codecs.every((codec) => AUDIO_CODECS.test(codec.trim())),
  };
}

/** @param text `length[@offset]` @param before the previous range of the same file, which this one follows if it has no offset */
function rangeOf(text: string | undefined, before: ByteRange | undefined): ByteRange | undefined {
  const [, length, offset] = /^(\d{1,15})(?:@(\d{1,15}))?$/.exec(text?.trim() ?? '') ?? [];
  if (length === undefined || Number(length) === 0) return undefined;
  const from = offset === undefined ? (before?.to ?? -1) + 1 : Number(offset);
  return { from, to: from + Number(length) - 1 };
}

function attributesOf(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  // A name begins only where no other is in progress: otherwise a long one would be tried from each of its letters.
  for (const [, name, quoted, plain] of text.matchAll(/(?<![A-Z0-9-])([A-Z0-9-]+)=(?:"([^"]*)"|([^",]*))/g))
    attributes.set(name!, quoted ?? plain!.trim());
  return attributes;
}

function milliseconds(seconds: string, most: number): number | undefined {
  const value = Number.parseFloat(seconds) * 1000;
  return value > 0 ? Math.min(value, most) : undefined;
}
