import { fileURLToPath } from 'node:url';
import { LookoutError } from '@lookout/protocol';
import { decodePercent } from '../source/credentials.js';

/** How FFmpeg's demuxer is to open a URL. */
export interface InputPlan {
  /** What FFmpeg opens: the URL, or the path of a device. Empty where we read, and hand it what we have read. */
  input: string;
  /** Of a file. */
  path?: string;
  /** Demuxer to force; absent: FFmpeg finds out. */
  format?: string;
  options: Record<string, string>;
  /** Options to be tried in turn where FFmpeg can't open it with `options`. */
  otherOptions?: readonly Record<string, string>[];
  /** Shown as `StreamInfo.transport`. */
  transport: string;
  /**
   * `live`: the sender sets the pace. `recorded`: we do, by timestamps. `unknown`: live unless it turns out to be a file or HLS.
   */
  pace: 'live' | 'recorded' | 'unknown';
}

/** Microseconds without an answer on a socket. */
const IO_TIMEOUT_US = '5000000';
/** No waiting for more than is needed to begin. */
const LOW_DELAY = { fflags: 'nobuffer', probesize: '131072', analyzeduration: '500000', max_delay: '0' };
/** Cameras on USB that offer more do so in small pictures only. */
const MAX_DEVICE_FPS = '60';

/** What is read as a video or picture: by its content, and never anything that opens other files, addresses or devices. */
const FORMATS = [
  ...[
    'mov',
    'matroska',
    'mpegts',
    'mpeg',
    'flv',
    'live_flv',
    'avi',
    'asf',
    'ogg',
    'mxf',
    'gxf',
    'nut',
    'nsv',
    'dv',
    'wtv',
    'rm',
  ],
  // Of cameras and recorders.
  ...['dhav', 'mxg', 'nc', 'pva', 'mjpeg', 'mpjpeg'],
  ...[
    'h261',
    'h263',
    'h264',
    'hevc',
    'vvc',
    'av1',
    'obu',
    'ivf',
    'vc1',
    'm4v',
    'mpegvideo',
    'cavsvideo',
    'yuv4mpegpipe',
    'gif',
    'apng',
  ],
  ...['jpeg', 'png', 'webp', 'bmp', 'tiff', 'gif', 'jpegls', 'j2k', 'jpegxl', 'ppm', 'pgm', 'pbm', 'pam', 'qoi'].map(
    (name) => `${name}_pipe`,
  ),
].join(',');

/**
 * Protocols that a stream may open further are listed for each kind: a playlist of a foreign server must never make us read a
 * local file.
 * @param url `file:` URL or absolute path, `http(s)://`, `rtmp(s)://`, `srt://`, `rtsp://`, `/dev/video…`.
 * @throws LookoutError `camera_unsupported`
 */
export function planInput(url: string): InputPlan {
  if (/^\/dev\/[\w/-]+$/.test(url)) return planDevice(url);
  if (url.startsWith('file:')) return planFile(fileURLToPath(url));
  if (url.startsWith('/')) return planFile(url);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  switch (scheme) {
    case 'http':
    case 'https':
      return planHttp(scheme);
    case 'rtmp':
    case 'rtmps': {
      const options = {
        ...LOW_DELAY,
        rtmp_live: 'live',
        protocol_whitelist: 'rtmp,rtmps,tcp,tls',
      };
      return { input: withPlainCredentials(url), format: 'flv', transport: scheme, pace: 'live', options };
    }
    case 'srt':
      // SRT counts its own options in µs too; latency is its buffer against loss.
      return {
        input: url,
        transport: 'srt',
        pace: 'live',
        options: {
          ...LOW_DELAY,
          timeout: IO_TIMEOUT_US,
          connect_timeout: '5000',
          latency: '120000',
          protocol_whitelist: 'srt,udp',
        },
      };
    case 'rtsp':
      return {
        input: url,
        format: 'rtsp',
        transport: 'rtsp/tcp',
        pace: 'live',
        options: {
          ...LOW_DELAY,
          rtsp_transport: 'tcp',
          timeout: IO_TIMEOUT_US,
          protocol_whitelist: 'rtsp,rtp,tcp',
        },
      };
    default:
      throw new LookoutError(
        'camera_unsupported',
        `Addresses of the kind ${scheme ?? 'without scheme'} can't be opened`,
        {
          hint: 'Use http://, https://, rtsp://, rtmp://, srt://, file:/// or /dev/video0.',
        },
      );
  }
}

/**
 * FFmpeg sends user and password of an RTMP address as they stand there, escapes and all.
 * @throws LookoutError `camera_unsupported` for what it would take for the address's own.
 */
function withPlainCredentials(url: string): string {
  const [, scheme, userinfo, rest] = /^([a-z]+:\/\/)([^/?#]*)@(.*)$/i.exec(url) ?? [];
  if (userinfo === undefined) return url;
  const plain = decodePercent(userinfo);
  if (!/[/?#]/.test(plain)) return `${scheme}${plain}@${rest}`;
  throw new LookoutError('camera_unsupported', 'A user or password with / ? or # can not be sent over RTMP', {
    hint: 'Choose another password for it on the camera.',
  });
}

/**
 * FFmpeg opens neither files nor what comes over HTTP by itself: we read, so that everything has its bound, no address goes unchecked
 * and nothing hangs. Formats that name further files or addresses are not in the list, nor those that take anything for a picture.
 */
const OURS = { protocol_whitelist: 'none', format_whitelist: FORMATS };

function planFile(path: string): InputPlan {
  return { input: '', path, transport: 'file', pace: 'recorded', options: OURS };
}

function planHttp(scheme: string): InputPlan {
  return { input: '', transport: scheme, pace: 'unknown', options: { ...OURS, analyzeduration: '1000000' } };
}

/**
 * MJPEG first: over USB it is what reaches full rate at full size. Then whatever the device has. The driver takes the rate
 * nearest to the one asked for; the last try is for drivers that can't be asked.
 */
function planDevice(path: string): InputPlan {
  const any = { ...LOW_DELAY, protocol_whitelist: 'file' };
  const anyFast = { ...any, framerate: MAX_DEVICE_FPS };
  return {
    input: path,
    format: 'video4linux2',
    transport: 'device',
    pace: 'live',
    options: { ...anyFast, input_format: 'mjpeg' },
    otherOptions: [anyFast, any],
  };
}
