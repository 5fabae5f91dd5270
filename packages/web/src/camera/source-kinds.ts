/** What a camera's address looks like, by kind. */
export interface SourceKind {
  value: string;
  label: string;
  example: string;
  note: string;
}

export const SOURCE_KINDS: readonly SourceKind[] = [
  {
    value: 'esp32',
    label: 'ESP32-CAM',
    example: 'http://192.168.1.50:81/stream',
    note: 'The stream is on port 81 of the address the board prints when it starts.',
  },
  {
    value: 'rtsp',
    label: 'RTSP',
    example: 'rtsp://user:password@192.168.1.20:554/stream1',
    note: 'The path depends on the maker: see the manual or the ONVIF profile. The password is shown as *** afterwards.',
  },
  {
    value: 'mjpeg',
    label: 'MJPEG',
    example: 'http://192.168.1.30:8080/video',
    note: 'Phones with IP Webcam, mjpg-streamer, Axis and others.',
  },
  {
    value: 'hls',
    label: 'HLS',
    example: 'https://example.org/live/stream.m3u8',
    note: 'HLS is a few seconds behind: use RTSP if the camera has both.',
  },
  {
    value: 'file',
    label: 'File',
    example: 'file:///srv/video/yard.mp4',
    note: 'A path on the server. It plays at normal speed, in a loop or once.',
  },
  {
    value: 'device',
    label: 'Device',
    example: '/dev/video0',
    note: 'A webcam or capture card on the server. It is opened only while needed.',
  },
  {
    value: 'demo',
    label: 'Demo',
    example: 'demo:street',
    note: 'A street with people and cars. No camera needed.',
  },
];

/** The kind that an address is of, as far as it tells; undefined while it does not. @param url as typed, complete or not */
export function kindOf(url: string): SourceKind | undefined {
  const address = url.trim().toLowerCase();
  const find = (kind: string) => SOURCE_KINDS.find(({ value }) => value === kind);
  if (/^rtsps?:/.test(address)) return find('rtsp');
  if (address.startsWith('demo:')) return find('demo');
  if (address.startsWith('file:')) return find('file');
  if (address.startsWith('/dev/')) return find('device');
  if (/^https?:.*\.m3u8/.test(address)) return find('hls');
  if (/^http:\/\/[^/]+:81\/stream$/.test(address)) return find('esp32');
  return undefined;
}

/** A name to begin with: the host, the file's or the device's name. @param url as typed, complete or not */
export function suggestName(url: string): string {
  if (url.startsWith('demo:')) return `Demo ${url.slice(5)}`.trim();
  if (url.startsWith('/dev/')) return url.slice(5);
  try {
    const { hostname, pathname, protocol } = new URL(url);
    if (protocol === 'file:') return decodeURIComponent(pathname.split('/').at(-1) ?? '').replace(/\.\w+$/, '');
    return hostname;
  } catch {
    return '';
  }
}

const VIDEO_FILE = /\.(?:avi|flv|m4v|mkv|mov|mp4|mpe?g|ts|webm)$/i;

/** Whether a camera of this address shows a certificate that can be accepted. @param url as typed */
export function usesTls(url: string): boolean {
  return /^(?:rtsps|https):/i.test(url.trim());
}

/** Whether a camera of this address has an end, and so can be played once or over and over. @param url as typed */
export function isRecording(url: string): boolean {
  if (url.startsWith('demo:')) return true;
  if (url.startsWith('/')) return !url.startsWith('/dev/');
  if (!URL.canParse(url)) return false;
  const { protocol, pathname } = new URL(url);
  return protocol === 'file:' || (/^https?:$/.test(protocol) && VIDEO_FILE.test(pathname));
}
