import { LookoutError } from '@lookout/protocol/core';
import { type MediaDescription, parse } from 'sdp-transform';

export type RtspCodec = 'h264' | 'hevc' | 'mjpeg';

/** A supported video track. */
export interface VideoTrack {
  readonly codec: RtspCodec;
  readonly payloadType: number;
  /** Ticks of RTP timestamps per second. */
  readonly clockRate: number;
  readonly control: string | undefined;
  /** NAL units from the format parameters. */
  readonly parameterSets: readonly Uint8Array[];
  /** HEVC: packets carry decoding order numbers. */
  readonly usesDonl: boolean;
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly fps: number | undefined;
}

export interface ChosenTrack {
  readonly track: VideoTrack;
  /** Control of the whole presentation, as written. */
  readonly sessionControl: string | undefined;
}

const CODECS = new Map<string, RtspCodec>([
  ['H264', 'h264'],
  ['H265', 'hevc'],
  ['HEVC', 'hevc'],
  ['JPEG', 'mjpeg'],
]);
const VIDEO_CLOCK_HZ = 90_000;
const JPEG_PAYLOAD_TYPE = 26; // RFC 3551 table 5
/** What FFmpeg unpacks (libavformat/rtpdec.c), by its name in the description or its static payload type. */
const OF_FFMPEG = new Set(
  'AV1 H261 H263 H263-1998 H263-2000 MP2T MP4V-ES MPV THEORA VP8 VP9'
    .split(' ')
    .concat(['payload type 31', 'payload type 32', 'payload type 33', 'payload type 34']),
);

/** The only video offered is in a codec that this client does not read, and FFmpeg does. */
export class OtherCodecError extends LookoutError {}

/**
 * Chooses the first supported video track of a session description (RFC 4566).
 * @throws LookoutError `camera_unsupported` naming the codecs offered, an `OtherCodecError` if FFmpeg reads one; `source_protocol_error` when it
 *   can't be parsed.
 */
export function chooseVideoTrack(sdp: string): ChosenTrack {
  const description = parseDescription(sdp);
  const refused: string[] = [];
  for (const media of description.media ?? []) {
    if (media.type !== 'video') continue;
    const track = readTrack(media);
    if (typeof track === 'string') refused.push(track);
    else return { track, sessionControl: stringOf(description.control) };
  }
  if (refused.some((track) => track.includes('RTP/SAVP'))) {
    throw new LookoutError('camera_unsupported', 'The camera encrypts its video with SRTP, which is not supported', {
      hint: 'Switch SRTP off; on UniFi cameras, remove ?enableSrtp from the address. With rtsps:// the video is encrypted by TLS.',
    });
  }
  const found = refused.length > 0 ? `only ${printable(refused.slice(0, 4).join(', '))}` : 'no video track';
  const Refusal = refused.some((track) => OF_FFMPEG.has(track)) ? OtherCodecError : LookoutError;
  throw new Refusal('camera_unsupported', `The camera offers ${found}; expected H.264, HEVC or JPEG video`, {
    hint: "Set the stream to H.264 in the camera's settings.",
  });
}

function parseDescription(sdp: string) {
  try {
    return parse(sdp);
  } catch (cause) {
    throw new LookoutError('source_protocol_error', "The camera's session description can't be read", { cause });
  }
}

/** @returns the track, or why it is not supported, in words. */
function readTrack(media: MediaDescription): VideoTrack | string {
  const payloadTypes = String(media.payloads ?? '')
    .split(/\s+/)
    .map(Number);
  const map = media.rtp?.find((entry) => entry.payload === payloadTypes[0]) ?? media.rtp?.[0];
  const payloadType = map?.payload ?? payloadTypes[0] ?? Number.NaN;
  const name = map?.codec ?? (payloadType === JPEG_PAYLOAD_TYPE ? 'JPEG' : `payload type ${payloadType}`);
  const codec = CODECS.get(name.toUpperCase());
  if (!codec || !Number.isInteger(payloadType)) return OF_FFMPEG.has(name.toUpperCase()) ? name.toUpperCase() : name;
  if (!/^RTP\/AVPF?(\/|$)/.test(media.protocol)) return `${name} over ${media.protocol}`;
  const parameters = formatParameters(media, payloadType);
  if (codec === 'h264' && parameters.get('packetization-mode') === '2')
    return `${name} in interleaved packetization mode`;
  return {
    codec,
    payloadType,
    clockRate: map?.rate || VIDEO_CLOCK_HZ,
    control: stringOf(media.control),
    parameterSets: parameterSets(codec, parameters),
    usesDonl: Number(parameters.get('sprop-max-don-diff') ?? 0) > 0,
    ...pictureSize(media),
    fps: frameRate(media),
  };
}

/** The `a=fmtp` parameters, names in lower case. Parsed here because values like `420029` must stay text. */
function formatParameters(media: MediaDescription, payloadType: number): Map<string, string> {
  const config = String(media.fmtp?.find((entry) => entry.payload === payloadType)?.config ?? '');
  return new Map(
    config.split(';').flatMap((item): [string, string][] => {
      const equals = item.indexOf('=');
      return equals > 0 ? [[item.slice(0, equals).trim().toLowerCase(), item.slice(equals + 1).trim()]] : [];
    }),
  );
}

function parameterSets(codec: RtspCodec, parameters: ReadonlyMap<string, string>): Uint8Array[] {
  const names = { h264: ['sprop-parameter-sets'], hevc: ['sprop-vps', 'sprop-sps', 'sprop-pps'], mjpeg: [] }[codec];
  return names
    .flatMap((name) => parameters.get(name)?.split(',') ?? [])
    .map((text) => stripStartCode(Buffer.from(text, 'base64')))
    .filter((nal) => nal.length > 2);
}

/** Some cameras put Annex B start codes in front of what should be bare NAL units. */
function stripStartCode(bytes: Uint8Array): Uint8Array {
  const at = bytes.findIndex((byte) => byte !== 0);
  return at >= 2 && bytes[at] === 1 ? bytes.subarray(at + 1) : bytes;
}

/** `a=x-dimensions:640,480` and `a=framesize:96 640-480`, which the parser keeps as unknown attributes. */
function pictureSize(media: MediaDescription): { width: number | undefined; height: number | undefined } {
  const unknown = (media as { invalid?: { value: string }[] }).invalid ?? [];
  for (const { value } of unknown) {
    const match = /^(?:x-dimensions:\s*|framesize:\d+\s+)(\d{2,5})\s*[,-]\s*(\d{2,5})/i.exec(value);
    if (match) return { width: Number(match[1]), height: Number(match[2]) };
  }
  return { width: undefined, height: undefined };
}

function frameRate(media: MediaDescription): number | undefined {
  const unknown = (media as { invalid?: { value: string }[] }).invalid ?? [];
  const text =
    media.framerate ??
    unknown.map(({ value }) => /^(?:x-)?framerate:\s*(\d+(?:\.\d+)?)/i.exec(value)?.[1]).find(Boolean);
  const fps = Number(text);
  return Number.isFinite(fps) && fps > 0 && fps <= 1000 ? fps : undefined;
}

function stringOf(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}

/** Text from the camera, made safe for a message. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 120);
}
