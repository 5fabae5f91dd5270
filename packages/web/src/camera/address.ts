import { t } from '../strings/index.js';

/** Kinds of cameras, told by their addresses. */
export const SOURCE_KINDS = [
  { value: 'esp32', example: 'http://192.168.1.50:81/stream' },
  { value: 'rtsp', example: 'rtsp://user:password@192.168.1.20:554/stream1' },
  { value: 'mjpeg', example: 'http://192.168.1.30:8080/video' },
  { value: 'hls', example: 'https://example.org/live/stream.m3u8' },
  { value: 'file', example: 'file:///srv/video/yard.mp4' },
  { value: 'device', example: '/dev/video0' },
  { value: 'demo', example: 'demo:street' },
] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

const PATTERNS: ReadonlyArray<[pattern: RegExp, kind: SourceKind['value']]> = [
  [/^rtsps?:/i, 'rtsp'],
  [/^demo:/i, 'demo'],
  [/^file:/i, 'file'],
  [/^\/dev\//i, 'device'],
  [/^https?:.*\.m3u8/i, 'hls'],
  [/^http:\/\/[^/]+:81\/stream$/i, 'esp32'],
];

/** The kind of camera at an address; undefined while that is unclear. @param url as typed, complete or not */
export function kindOf(url: string): SourceKind | undefined {
  const [, kind] = PATTERNS.find(([pattern]) => pattern.test(url.trim())) ?? [];
  return SOURCE_KINDS.find(({ value }) => value === kind);
}

/** A suggested name: the host, or the name of the file or device. @param url as typed, complete or not */
export function suggestName(url: string): string {
  if (url.startsWith('demo:')) return t.cameras.add.demoName(url.slice(5));
  if (url.startsWith('/dev/')) return url.slice(5);
  if (!URL.canParse(url)) return '';
  const { hostname, pathname, protocol } = new URL(url);
  if (protocol !== 'file:') return hostname;
  return decodeURIComponent(pathname.split('/').at(-1) ?? '').replace(/\.\w+$/, '');
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
