import { isAbsolute, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LookoutError } from '@lookout/protocol/core';
import { redactUrl } from './credentials.js';

/** How an address is opened. */
export type SourceKind = 'http' | 'rtsp' | 'network' | 'file' | 'device';

export interface SourceAddress {
  kind: SourceKind;
  /** A url; for `file` and `device` a path. */
  target: string;
  /** Safe to show. */
  label: string;
}

export interface SourceUrlOptions {
  /** Path of the clip that `demo:street` plays; without it there is no demo. */
  demoClip?: string;
}

/** RTMP and SRT: FFmpeg opens them, so only the scheme matters here. */
const NETWORK_SCHEMES = new Set(['rtmp:', 'rtmps:', 'srt:']);
const MAX_LENGTH = 2048;
const EXPECTED =
  'http://… or https://… (MJPEG, snapshot, HLS or video file), rtsp://…, rtmp://…, srt://…, file:///…, an absolute path, ' +
  '/dev/video0 or demo:street';

/**
 * Parses the address of a camera.
 * @throws LookoutError `validation_failed` for one that can't be opened. Its message never contains credentials.
 */
export function parseSourceUrl(url: string, options: SourceUrlOptions = {}): SourceAddress {
  const text = url.trim();
  if (text === '') throw invalid("The camera's address is empty");
  if (text.length > MAX_LENGTH) throw invalid(`The address is longer than ${MAX_LENGTH} characters`);
  if (hasControlCharacters(text)) throw invalid('The address contains control characters');
  if (/^demo:/i.test(text)) return demoAddress(text, options.demoClip);
  if (isAbsolute(text)) return pathAddress(text);
  if (/^file:/i.test(text)) return pathAddress(pathOf(text));

  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) throw withoutScheme(text);
  const kind = kindOf(`${scheme}:`);
  if (kind === undefined) throw invalid(`Cameras can't be opened over ${scheme}://`);
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed === undefined || parsed.hostname === '')
    throw invalid(
      'The address has no valid host name or port',
      text.includes('@')
        ? 'Special characters of a user name or password must be percent-encoded: / is %2F, # is %23, ? is %3F, @ is %40.'
        : undefined,
    );
  return { kind, target: text, label: redactUrl(text) };
}

/** @throws LookoutError `validation_failed` as `parseSourceUrl` does. */
export function validateSourceUrl(url: string, options: SourceUrlOptions = {}): void {
  parseSourceUrl(url, options);
}

function kindOf(scheme: string): SourceKind | undefined {
  if (scheme === 'http:' || scheme === 'https:') return 'http';
  if (scheme === 'rtsp:' || scheme === 'rtsps:') return 'rtsp';
  return NETWORK_SCHEMES.has(scheme) ? 'network' : undefined;
}

function demoAddress(text: string, demoClip: string | undefined): SourceAddress {
  if (text.toLowerCase() !== 'demo:street') throw invalid('The only demo is demo:street');
  if (demoClip === undefined)
    throw invalid(
      'The clip of demo:street is not installed',
      'Run the setup again, or use a camera or video of your own.',
    );
  return { kind: 'file', target: demoClip, label: 'demo:street' };
}

function pathAddress(text: string): SourceAddress {
  if (hasControlCharacters(text)) throw invalid('The path contains control characters');
  const goesUp = /(?:^|[/\\])\.\.(?:[/\\]|$)/.test(text);
  // Normalised, since doubled slashes and the like would hide a path from the checks below.
  const path = normalize(text);
  if (/^\/dev\/video\d{1,3}$/.test(path) || /^\/dev\/v4l\/by-(?:id|path)\/[\w:.+-]+$/.test(path))
    return { kind: 'device', target: path, label: path };
  if (goesUp || isSystemPath(path))
    throw invalid(
      `${path.slice(0, 200)} is not a video file or camera`,
      'A local camera is /dev/video0, /dev/video1 and so on.',
    );
  return { kind: 'file', target: path, label: path };
}

/** Whether a path leads to devices or kernel files: reading them as videos can block for ever, or worse. */
export function isSystemPath(path: string): boolean {
  return /^\/(?:dev|proc|sys)(?:\/|$)/.test(path);
}

function hasControlCharacters(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return /[\x00-\x1f\x7f]/.test(text);
}

function pathOf(text: string): string {
  try {
    return fileURLToPath(text);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw invalid('The file address is not valid', 'A file is written file:///folder/video.mp4, with three slashes.');
  }
}

function withoutScheme(text: string): LookoutError {
  const looksLikeHost = /^[\w.-]+(?::\d+)?(?:\/|$)/.test(text) && /[.:]/.test(text.split('/')[0] ?? '');
  return invalid(
    'The address has no scheme that says how to open it',
    looksLikeHost ? `Did you mean http://${redactUrl(`x://${text}`).slice(4)}?` : undefined,
  );
}

function invalid(message: string, hint = `Expected ${EXPECTED}.`): LookoutError {
  return new LookoutError('validation_failed', message, { hint });
}
