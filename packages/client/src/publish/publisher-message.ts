import type { Pong, SocketError } from '@lookout/protocol';
import { asPong, asSocketError, isNumber, parseObject } from '../connection/server-messages.js';
import type { PublishControl } from './publish-types.js';

/** Messages from the server to a publisher. */
export type PublisherServerMessage = ({ type: 'control' } & PublishControl) | Pong | SocketError;

/**
 * Reads one text message and checks what the SDK relies on.
 * @returns undefined for anything that is not a known, well-formed message
 */
export function parsePublisherMessage(text: string): PublisherServerMessage | undefined {
  const value = parseObject(text);
  switch (value?.type) {
    case 'pong':
      return asPong(value);
    case 'control':
      return asControl(value);
    case 'error':
      return asSocketError(value);
    default:
      return undefined;
  }
}

/** Clamps values to the contract's range: the nearest valid value is better than the previous one. */
function asControl({ fps, quality, width, reason }: Record<string, unknown>): PublisherServerMessage | undefined {
  if (!isNumber(fps) || !isNumber(quality)) return undefined;
  return {
    type: 'control',
    fps: clamp(fps, 5, 60),
    quality: clamp(quality, 0.3, 0.95),
    ...(isNumber(width) && width >= 1 ? { width: Math.round(width) } : {}),
    reason: typeof reason === 'string' ? reason.slice(0, 200) : '',
  };
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
