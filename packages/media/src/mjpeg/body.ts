import type { IncomingMessage } from 'node:http';
import { LookoutError } from '@lookout/protocol';

/**
 * Gives every piece of a body to `onChunk` as it arrives, on the spot: the time of a call is the time of arrival.
 * Resolves at the body's end, or when `onChunk` returns false.
 * @throws LookoutError when the connection breaks; what `onChunk` throws; the reason of `signal`.
 */
export function readBody(
  response: IncomingMessage,
  signal: AbortSignal,
  // biome-ignore lint/suspicious/noConfusingVoidType: a callback that returns nothing goes on
  onChunk: (chunk: Buffer) => boolean | void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let settled = false;
    const settle = (finish: () => void) => {
      if (settled) return;
      settled = true;
      response.off('data', onData);
      finish();
    };
    const onData = (chunk: Buffer) => {
      if (settled) return;
      try {
        if (onChunk(chunk) !== false) return;
        // Paused, so that the rest can still be read by another.
        response.pause();
        settle(resolve);
      } catch (error) {
        response.destroy();
        settle(() => reject(error));
      }
    };
    response.on('data', onData);
    response.once('end', () => settle(resolve));
    response.on('error', (error) => settle(() => reject(signal.aborted ? signal.reason : bodyError(error))));
    response.once('close', () => settle(() => reject(signal.aborted ? signal.reason : bodyError(undefined))));
    if (signal.aborted) settle(() => reject(signal.reason));
    else if (response.readableEnded) settle(resolve);
    else if (response.destroyed) settle(() => reject(bodyError(response.errored)));
    else response.resume();
  });
}

/** Why a body broke off, by the error of its stream. */
export function bodyError(error: unknown): LookoutError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('HPE_'))
    return new LookoutError('source_protocol_error', `The camera's answer breaks the rules of HTTP (${code})`);
  return new LookoutError('camera_closed', 'The camera closed the connection', {
    hint: 'It may have restarted, or another viewer took its place: many cameras serve one at a time.',
  });
}
