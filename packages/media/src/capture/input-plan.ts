import { fileURLToPath } from 'node:url';
import { LookoutError } from '@lookout/protocol/core';
import { decodePercent } from '../source/credentials.js';

/** How FFmpeg's demuxer opens a URL. */
export interface InputPlan {
  /** What FFmpeg opens: the URL, or the path of a device. Empty when we read the data and pass it to FFmpeg. */
  input: string;
  /** Path, for a file. */
  path?: string;
  /** Demuxer to force; absent: FFmpeg detects it. */
  format?: string;
  options: Record<string, string>;
  /** Further options, tried in order when FFmpeg can't open it with `options`. */
  otherOptions?: readonly Record<string, string>[];
  /** Reported as `StreamInfo.transport`. */
  transport: string;
  /** `live`: the sender sets the pace. `recorded`: we do, by timestamps. `unknown`: live, unless it turns out to be a file or HLS. */
  pace: 'live' | 'recorded' | 'unknown';
}

/** Longest wait on a socket, µs. */
const IO_TIMEOUT_US = '5000000';
/** Buffer and probe no more than is needed to begin. */
const LOW_DELAY = { fflags: 'nobuffer', probesize: '131072', analyzeduration: '500000', max_delay: '0' };
/** USB cameras that offer a higher rate do so only for small pictures. */
const MAX_DEVICE_FPS = '60';

/** Formats accepted as video or picture, recognised by content. None of them can open other files, addresses or devices. */
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
  // Formats of cameras and recorders.
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
 * Each kind of source lists the protocols that its stream may open in turn: a playlist from a foreign server must never make us read a
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
      // SRT takes its own options in µs too. Its latency is the buffer against packet loss.
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
          allowed_media_types: 'video',
          timeout: IO_TIMEOUT_US,
          protocol_whitelist: 'rtsp,rtp,tcp',
        },
      };
    default:
      throw new LookoutError(
        'camera_unsupported',
        `${scheme === undefined ? 'Addresses without a scheme' : `${scheme} addresses`} can't be opened`,
        {
          hint: 'Use http://, https://, rtsp://, rtmp://, srt://, file:/// or /dev/video0.',
        },
      );
  }
}

/**
 * FFmpeg sends the user and password of an RTMP address literally, without decoding percent escapes.
 * @throws LookoutError `camera_unsupported` when the decoded ones contain a character that FFmpeg would read as part of the address.
 */
function withPlainCredentials(url: string): string {
  const [, scheme, userinfo, rest] = /^([a-z]+:\/\/)([^/?#]*)@(.*)$/i.exec(url) ?? [];
  if (userinfo === undefined) return url;
  const plain = decodePercent(userinfo);
  if (!/[/?#]/.test(plain)) return `${scheme}${plain}@${rest}`;
  throw new LookoutError(
    'camera_unsupported',
    "A user name or password that contains /, ? or # can't be sent over RTMP",
    {
      hint: 'Choose another user name or password on the camera.',
    },
  );
}

/**
 * FFmpeg opens neither files nor HTTP addresses by itself. We read them instead, so that everything is bounded, every address is checked
 * and nothing hangs. The list leaves out formats that refer to further files or addresses, and those that accept any data as a picture.
 */
const OURS = { protocol_whitelist: 'none', format_whitelist: FORMATS };

function planFile(path: string): InputPlan {
  return { input: '', path, transport: 'file', pace: 'recorded', options: OURS };
}

function planHttp(scheme: string): InputPlan {
  return { input: '', transport: scheme, pace: 'unknown', options: { ...OURS, analyzeduration: '1000000' } };
}

/**
 * MJPEG first: over USB it is the format that reaches full rate at full size. Then whatever the device offers. The driver picks the rate
 * nearest to the requested one; the last attempt is for drivers that accept no request.
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
