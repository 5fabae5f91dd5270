import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { LookoutError } from '@lookout/protocol';
import { CameraSocket } from './camera-socket.js';
import { ChunkedDecoder } from './chunked-decoder.js';

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

/**
 * As `readBody`, for a stream that goes on for hours: past Node's streams, where its connection holds the body back for that (not over
 * TLS, nor for a second answer on one connection).
 * @param onBytes may find the bytes written over once it has returned.
 */
export async function readParts(
  response: IncomingMessage,
  signal: AbortSignal,
  onBytes: (bytes: Buffer) => void,
): Promise<void> {
  const { socket, headers } = response;
  if (!(socket instanceof CameraSocket && socket.holds)) return readBody(response, signal, onBytes);
  const framing = framingOf(headers);
  let failure: { error: unknown } | undefined;
  // Nothing comes by the response but how the connection ends.
  const end = readBody(response, signal, () => undefined);
  socket.readDirectly((bytes) => {
    if (failure || framing.ended) return;
    try {
      framing.push(bytes, onBytes);
    } catch (error) {
      failure = { error };
    }
    if (failure || framing.ended) response.destroy();
  });
  try {
    await end;
  } catch (error) {
    if (failure) throw failure.error;
    if (!framing.ended || signal.aborted) throw error;
  }
}

/** Takes the body out of what comes over the connection. */
interface Framing {
  push(bytes: Buffer, onData: (piece: Buffer) => void): void;
  /** Whether the body has ended; a body that goes on until the connection ends never has. */
  readonly ended: boolean;
}

function framingOf({ 'transfer-encoding': encoding, 'content-length': length }: IncomingHttpHeaders): Framing {
  if (encoding !== undefined && /chunked\s*$/i.test(encoding)) return new ChunkedDecoder();
  if (length !== undefined) return new LengthFraming(Number(length));
  return { push: (bytes, onData) => onData(bytes), ended: false };
}

class LengthFraming implements Framing {
  #left: number;

  constructor(length: number) {
    this.#left = length;
  }

  get ended(): boolean {
    return this.#left === 0;
  }

  push(bytes: Buffer, onData: (piece: Buffer) => void): void {
    const piece = bytes.subarray(0, this.#left);
    this.#left -= piece.length;
    onData(piece);
  }
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
