import { t } from '../strings/index.js';

/** Kinds of cameras, told by their addresses, each with an example. */
export const SOURCE_KINDS = [
  { value: 'rtsp', example: 'rtsp://192.168.1.20:554/stream1' },
  { value: 'esp32', example: 'http://192.168.1.50:81/stream' },
  { value: 'mjpeg', example: 'http://192.168.1.30:8080/video' },
  { value: 'hls', example: 'https://example.org/live/stream.m3u8' },
  { value: 'rtmp', example: 'rtmp://192.168.1.40/live/yard' },
  { value: 'srt', example: 'srt://192.168.1.40:9000' },
  { value: 'file', example: 'file:///srv/video/yard.mp4' },
  { value: 'device', example: '/dev/video0' },
  { value: 'demo', example: 'demo:street' },
] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number]['value'];

const PATTERNS: ReadonlyArray<[pattern: RegExp, kind: SourceKind]> = [
  [/^rtsps?:/i, 'rtsp'],
  [/^rtmps?:/i, 'rtmp'],
  [/^srt:/i, 'srt'],
  [/^demo:/i, 'demo'],
  [/^file:/i, 'file'],
  [/^\/dev\//i, 'device'],
  [/^\/./, 'file'],
  [/^https?:.*\.m3u8/i, 'hls'],
  [/^https?:\/\/[^/]+:81\/stream$/i, 'esp32'],
  [/^https?:\/\/[^/]+/i, 'mjpeg'],
];

/** The kind of camera at an address; undefined while that is unclear. @param url as typed, complete or not */
export function kindOf(url: string): SourceKind | undefined {
  const address = completeAddress(url);
  const kind = PATTERNS.find(([pattern]) => pattern.test(address))?.[1];
  return kind === 'mjpeg' && isRecording(address) ? 'file' : kind;
}

/** Ports that tell how a camera speaks. */
const SCHEMES: ReadonlyArray<[address: RegExp, scheme: string]> = [
  [/^[^/?#]+:8?554(?:[/?]|$)/, 'rtsp://'],
  [/^[^/?#]+:1935\//, 'rtmp://'],
  [/^[^/?#]+:81(?:\/|$)/, 'http://'],
  [/^[^/?#]+\/[^?#]*\.m3u8(?:[?#]|$)/, 'http://'],
];

/** The address with the scheme that its port or its ending tells, where it was typed without one. @param url as typed */
export function completeAddress(url: string): string {
  const text = url.trim();
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text) || text.startsWith('/')) return text;
  const scheme = SCHEMES.find(([pattern]) => pattern.test(text))?.[1];
  return scheme === undefined ? text : scheme + text;
}

/** The host, with or without a port, where that is all that was typed: it has no stream, but may be asked for them. */
export function bareHost(url: string): string | undefined {
  const text = url.trim().replace(/^(?:https?|onvif):\/\/([^/]+)\/?$/i, '$1');
  const isHost = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[a-z\d-]+(?:\.[a-z\d-]+)+)(?::\d{1,5})?$/i.test(text);
  return isHost && completeAddress(text) === text ? text : undefined;
}

/**
 * A suggested name: that of the host, the file or the device; an address that has none is a camera, with a number if there are others.
 * @param url as typed, complete or not
 * @param taken names of the cameras that there are
 */
export function suggestName(url: string, taken: readonly string[] = []): string {
  if (url.startsWith('demo:')) return t.add.watch.demoName(url.slice(5));
  if (url.startsWith('/dev/')) return url.slice(5);
  if (!URL.canParse(url)) return '';
  const { hostname, pathname, protocol } = new URL(url);
  if (protocol !== 'file:') return /^[\d.]+$|^\[|^localhost$/.test(hostname) ? freshName(taken) : hostname;
  return decodeURIComponent(pathname.split('/').at(-1) ?? '').replace(/\.\w+$/, '');
}

/** `Camera`, or the first free of `Camera 2`, `Camera 3` … */
function freshName(taken: readonly string[]): string {
  const { camera } = t.add.watch;
  if (!taken.includes(camera)) return camera;
  for (let n = 2; ; n++) if (!taken.includes(`${camera} ${n}`)) return `${camera} ${n}`;
}

const VIDEO_FILE = /\.(?:avi|flv|m4v|mkv|mov|mp4|mpe?g|ts|webm)$/i;

/** Whether a camera at this address has an end, and can be played once or in a loop. @param url as typed */
export function isRecording(url: string): boolean {
  if (url.startsWith('demo:')) return true;
  if (url.startsWith('/')) return !url.startsWith('/dev/');
  if (!URL.canParse(url)) return false;
  const { protocol, pathname } = new URL(url);
  return protocol === 'file:' || (/^https?:$/.test(protocol) && VIDEO_FILE.test(pathname));
}

/** Whether an address of this kind may contain a user and password. @param url as typed, complete or not */
export function takesCredentials(url: string): boolean {
  return /^(?:https?|rtsps?|rtmps?):/i.test(url.trim());
}

/**
 * The address with this user and password, percent-encoded, instead of any it contains.
 * @param credentials both empty: the address is unchanged
 * @example withCredentials('rtsp://10.0.0.2/live', { user: 'admin', password: '50%@home' }) // 'rtsp://admin:50%25%40home@10.0.0.2/live'
 */
export function withCredentials(url: string, { user, password }: { user: string; password: string }): string {
  const text = url.trim();
  if ((user === '' && password === '') || !takesCredentials(text)) return text;
  const [, scheme, rest] = /^([^/]*\/\/)(?:[^/?#]*@)?(.*)$/s.exec(text) ?? [];
  if (scheme === undefined || rest === undefined) return text;
  return `${scheme}${encodeURIComponent(user)}:${encodeURIComponent(password)}@${rest}`;
}

/**
 * An address without the user and the password that it contains, and these, decoded.
 * @returns undefined where it contains none, or only the `***` that the server shows in their place
 */
export function splitCredentials(url: string): { url: string; user: string; password: string } | undefined {
  const [, scheme, credentials, rest] = /^([a-z]+:\/\/)([^/?#]*)@(.*)$/is.exec(url.trim()) ?? [];
  if (scheme === undefined || credentials === undefined || rest === undefined) return undefined;
  if (credentials.includes('***') || !takesCredentials(scheme)) return undefined;
  const colon = credentials.indexOf(':');
  const [user, password] = colon < 0 ? [credentials, ''] : [credentials.slice(0, colon), credentials.slice(colon + 1)];
  return { url: scheme + rest, user: decoded(user), password: decoded(password) };
}

/** A password may be typed as it is: a `%` in it need not be an escape. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
