import { LookoutError } from '@lookout/protocol/core';
import {
  AVERROR_DECODER_NOT_FOUND,
  AVERROR_DEMUXER_NOT_FOUND,
  AVERROR_EOF,
  AVERROR_HTTP_BAD_REQUEST,
  AVERROR_HTTP_FORBIDDEN,
  AVERROR_HTTP_NOT_FOUND,
  AVERROR_HTTP_OTHER_4XX,
  AVERROR_HTTP_SERVER_ERROR,
  AVERROR_HTTP_TOO_MANY_REQUESTS,
  AVERROR_HTTP_UNAUTHORIZED,
  AVERROR_INVALIDDATA,
  AVERROR_PROTOCOL_NOT_FOUND,
  describe,
  errnoOf,
} from '../codec/native.js';
import { machineError } from '../source/machine-error.js';

const NOT_VIDEO = 'Check the address: it may lead to a web page or another kind of file.';

/** Why a stream could not be opened, from FFmpeg's return code, in words for the camera's owner. Contains no address. */
export function openError(code: number, transport: string): LookoutError {
  switch (code) {
    case AVERROR_HTTP_UNAUTHORIZED:
      return new LookoutError('camera_unauthorized', 'The camera requires a valid user name and password', {
        hint: 'Put them in the address: scheme://user:password@host/…',
      });
    case AVERROR_HTTP_FORBIDDEN:
      return new LookoutError('camera_refused', 'The server denied access (403)');
    case AVERROR_HTTP_NOT_FOUND:
      return new LookoutError('camera_not_found', 'The server found nothing at this path (404)', {
        hint: 'Check the path of the address.',
      });
    case AVERROR_HTTP_BAD_REQUEST:
    case AVERROR_HTTP_TOO_MANY_REQUESTS:
    case AVERROR_HTTP_OTHER_4XX:
    case AVERROR_HTTP_SERVER_ERROR:
      return new LookoutError('camera_refused', `The server answered: ${describe(code)}`);
    case AVERROR_INVALIDDATA:
    case AVERROR_DEMUXER_NOT_FOUND:
      return new LookoutError('camera_unsupported', 'It contains no readable video', { hint: NOT_VIDEO });
    case AVERROR_DECODER_NOT_FOUND:
      return new LookoutError('camera_unsupported', 'The codec of this video is not supported');
    case AVERROR_PROTOCOL_NOT_FOUND:
      return new LookoutError('camera_unsupported', `This build of FFmpeg can't open ${transport} addresses`);
    case AVERROR_EOF:
      return new LookoutError('camera_unsupported', 'The stream ended before any video arrived', { hint: NOT_VIDEO });
  }
  const known = systemError(errnoOf(code), transport);
  if (known !== undefined) return known;
  // What is left is mostly a name that can't be resolved or a connection that was cut at once; FFmpeg calls both "Input/output error".
  if (transport === 'file' || transport === 'device') {
    return new LookoutError('camera_unsupported', `It can't be read: ${describe(code)}`);
  }
  return new LookoutError('camera_unreachable', `The camera can't be reached: ${describe(code)}`);
}

/** Why a file or device could not be opened, from a Node error. Any other error is returned unchanged. */
export function asOpenError(error: unknown, transport: string): unknown {
  if (!(error instanceof Error && 'code' in error) || error instanceof LookoutError) return error;
  const code = String(error.code);
  return systemError(code, transport) ?? new LookoutError('camera_unsupported', `It can't be opened (${code})`);
}

/** @param errno name of the error, such as `ENOENT` */
function systemError(errno: string | undefined, transport: string): LookoutError | undefined {
  const ours = machineError(errno);
  if (ours !== undefined) return ours;
  switch (errno) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ELOOP':
    case 'ENODEV':
    case 'ENXIO':
      return new LookoutError(
        'camera_not_found',
        transport === 'device' ? 'There is no such device' : 'There is no such file',
        {
          hint: transport === 'device' ? 'Check that the camera is plugged in.' : 'Check the path of the file.',
        },
      );
    // FFmpeg's answer for a format that is not in our list.
    case 'EINVAL':
      if (transport === 'device') return undefined;
      return new LookoutError('camera_unsupported', 'This is not a supported video format', { hint: NOT_VIDEO });
    case 'EISDIR':
      return new LookoutError('camera_not_found', 'This is a folder, not a file');
    case 'EACCES':
    case 'EPERM':
      return new LookoutError('camera_refused', 'Lookout is not allowed to open it: permission denied', {
        hint:
          transport === 'device'
            ? 'Add the user that runs Lookout to the group "video".'
            : "Check the file's permissions.",
      });
    case 'EBUSY':
      return new LookoutError('camera_refused', 'The device is in use by another program');
    case 'ECONNREFUSED':
      return new LookoutError('camera_unreachable', 'Nothing answers at this address: the connection was refused', {
        hint: 'Check the port, and that the camera has started.',
      });
    case 'ETIMEDOUT':
      return new LookoutError('camera_unreachable', 'The camera does not answer', {
        hint: 'Check the address, that the camera has power, and that no firewall blocks it.',
      });
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return new LookoutError('camera_unreachable', 'No route to this address');
  }
  return undefined;
}

/** Why a running stream has ended. */
export function readError(code: number, transport: string): LookoutError {
  if (code === AVERROR_EOF) return new LookoutError('camera_closed', 'The camera ended the stream');
  const ours = machineError(errnoOf(code));
  if (ours !== undefined) return ours;
  switch (errnoOf(code)) {
    case 'ETIMEDOUT':
      return new LookoutError('camera_stalled', 'The camera stopped sending data');
    case 'ENODEV':
    case 'ENXIO':
      return new LookoutError('camera_closed', 'The device has disappeared', {
        hint: 'Check that the camera is plugged in.',
      });
  }
  if (code === AVERROR_INVALIDDATA) {
    return new LookoutError('source_protocol_error', 'The stream is too damaged to read');
  }
  const what = transport === 'device' ? 'The device stopped' : 'The connection broke';
  return new LookoutError('camera_closed', `${what}: ${describe(code)}`);
}
