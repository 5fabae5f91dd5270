import { shownText } from './own-host.js';

/** A media profile of a device, as far as it is about video. */
export interface VideoProfile {
  token: string;
  name: string;
  /** Token of the video source it shows. */
  source: string;
  /** h264, hevc, mjpeg, or as the device calls it. */
  codec: string;
  width: number | null;
  height: number | null;
  fps: number | null;
}

export interface ChosenStreams {
  main: VideoProfile;
  sub: VideoProfile | undefined;
}

const CODECS: Readonly<Record<string, string>> = { h265: 'hevc', jpeg: 'mjpeg', 'mpv4-es': 'mpeg4' };
const VIDEO_CODECS = new Set(['h264', 'hevc']);
/** Larger inputs than this are scaled down by detection, so more only costs decoding. */
const DETECTION_WIDTH = 640;
const MAX_PROFILES = 256;

/** The profiles with video in an answer to GetProfiles, as the library reads it. */
export function readProfiles(answer: unknown): VideoProfile[] {
  if (!Array.isArray(answer)) return [];
  return answer.slice(0, MAX_PROFILES).flatMap((profile) => {
    const encoder = at(profile, 'videoEncoderConfiguration');
    const token = textOf(at(profile, '$', 'token'));
    const encoding = textOf(at(encoder, 'encoding')).toLowerCase();
    if (encoding === '' || token === '') return [];
    return {
      token,
      name: shownText(textOf(at(profile, 'name'))) ?? token,
      source: textOf(at(profile, 'videoSourceConfiguration', 'sourceToken')),
      codec: CODECS[encoding] ?? shownText(encoding) ?? encoding,
      width: sizeOf(at(encoder, 'resolution', 'width')),
      height: sizeOf(at(encoder, 'resolution', 'height')),
      fps: sizeOf(at(encoder, 'rateControl', 'frameRateLimit')),
    };
  });
}

/**
 * The streams to use of each video source, in the order of the device.
 *
 * Main is the largest in H.264 or H.265. Sub is a smaller one: the smallest that is no smaller than detection needs, else the largest there
 * is. JPEG only where a source has nothing else, since over RTSP it takes many times the network.
 */
export function chooseStreams(profiles: readonly VideoProfile[]): ChosenStreams[] {
  const sources = new Map<string, VideoProfile[]>();
  for (const profile of profiles) sources.set(profile.source, [...(sources.get(profile.source) ?? []), profile]);
  return [...sources.values()].flatMap((all) => {
    const video = all.filter(({ codec }) => VIDEO_CODECS.has(codec));
    const candidates = (video.length > 0 ? video : all).toSorted((a, b) => areaOf(b) - areaOf(a));
    const [main, ...others] = candidates;
    if (main === undefined) return [];
    const smaller = others.filter((each) => areaOf(each) > 0 && areaOf(each) < areaOf(main));
    return { main, sub: smaller.findLast(({ width }) => (width ?? 0) >= DETECTION_WIDTH) ?? smaller[0] };
  });
}

/** @returns the value there, undefined where any part of the path is missing. */
export function at(value: unknown, ...path: string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found;
}

/** The text of an element, which the library turns into a number where it looks like one, or an object where it has attributes. */
export function textOf(value: unknown): string {
  const text = at(value, '_') ?? value;
  return typeof text === 'string' || typeof text === 'number' ? String(text).trim() : '';
}

/** @returns null for anything but a positive whole number. */
function sizeOf(value: unknown): number | null {
  const size = Math.round(Number(textOf(value)));
  return size > 0 && size <= 100_000 ? size : null;
}

function areaOf({ width, height }: VideoProfile): number {
  return (width ?? 0) * (height ?? 0);
}
