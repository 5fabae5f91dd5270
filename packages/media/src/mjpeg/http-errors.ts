import { LookoutError } from '@lookout/protocol/core';
import { type ConnectionTarget, networkError } from '../source/connection-error.js';

/** Why no response came, from Node's error code, in words for the owner of the camera. */
export function connectionError(error: unknown, url: URL): LookoutError {
  if (error instanceof LookoutError) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const where = `${url.hostname}:${portOf(url)}`;
  const network = networkError(code, targetOf(url));
  if (network !== undefined) return network;
  switch (code) {
    case 'ECONNRESET':
    case 'EPIPE':
      return new LookoutError('camera_refused', `${where} closed the connection without an answer`, {
        hint: 'Many cameras serve one viewer at a time: close other viewers of this camera.',
      });
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
      return new LookoutError('source_protocol_error', `${where} does not speak TLS`, { hint: 'Use http:// here.' });
    case 'HPE_HEADER_OVERFLOW':
      return new LookoutError('source_protocol_error', `${where} sends endless headers`);
  }
  if (code.startsWith('HPE_'))
    return new LookoutError('source_protocol_error', `${where} answers with something that is not HTTP (${code})`, {
      hint: 'Check the port: another service may be listening there.',
    });
  return new LookoutError('camera_unreachable', `${where} can't be reached${code ? ` (${code})` : ''}`);
}

export function connectTimeout(url: URL): LookoutError {
  return connectionError({ code: 'ETIMEDOUT' }, url);
}

export function headersTimeout(url: URL): LookoutError {
  return new LookoutError(
    'camera_unreachable',
    `${url.hostname}:${portOf(url)} accepts the request but does not answer`,
    {
      hint: 'Many cameras serve one viewer at a time: close other viewers, or restart the camera.',
    },
  );
}

/** The error for a response whose status is not 200. */
export function statusError(status: number, url: URL, hasCredentials: boolean): LookoutError {
  if (status === 401)
    return hasCredentials
      ? new LookoutError('camera_unauthorized', 'The camera does not accept this user name and password', {
          hint: "Correct them in the camera's settings.",
        })
      : new LookoutError('camera_unauthorized', 'The camera requires a user name and a password', {
          hint: `Put them in the address: ${url.protocol}//user:password@${url.host}/…`,
        });
  if (status === 403)
    return new LookoutError('camera_refused', 'The camera denied access (403)', {
      hint: "Check the user's rights on the camera, and whether it allows this machine's address.",
    });
  if (status === 404 || status === 410)
    return new LookoutError('camera_not_found', `The camera has nothing at ${url.pathname} (${status})`, {
      hint: notFoundHint(url),
    });
  if (status === 429 || status === 503)
    return new LookoutError('camera_refused', `The camera is busy (${status})`, {
      hint: 'Many cameras serve only a few viewers at a time: close others.',
    });
  if (status >= 500)
    return new LookoutError('camera_refused', `The camera reported an internal error (${status})`, {
      hint: 'Restart the camera if this continues.',
    });
  return new LookoutError('camera_refused', `The camera answers with status ${status}`);
}

/** Address of an ESP32-CAM's stream, on the host of `url`. */
export function esp32StreamUrl(url: URL): string {
  return `http://${url.hostname}:81/stream`;
}

function notFoundHint(url: URL): string {
  if (portOf(url) === '80' && url.pathname === '/stream')
    return `On an ESP32-CAM the stream is on port 81: ${esp32StreamUrl(url)}`;
  return "Look up the stream's path in the camera's manual: often /stream, /video, /mjpg/video.mjpg or /?action=stream.";
}

/** The port of a URL, also if it is the default of the scheme. */
export function portOf(url: URL): string {
  return url.port || (url.protocol === 'https:' ? '443' : '80');
}

function targetOf(url: URL): ConnectionTarget {
  return { host: url.hostname, port: Number(portOf(url)), portHint: 'An ESP32-CAM streams on port 81.' };
}
