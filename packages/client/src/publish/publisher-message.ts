import type { Pong, SocketError } from '@lookout/protocol';
import type { PublishControl } from './publish-types.js';

/** What the server says to a publisher. */
export type PublisherServerMessage = ({ type: 'control' } & PublishControl) | Pong | SocketError;

/**
 * Reads one text message. Checks by hand: this runs for every frame, and fields that are new must not hurt an old client.
 * @returns undefined for anything that is not a known, well-formed message
 */
export function parsePublisherMessage(text: string): PublisherServerMessage | undefined {
  let value: Record<string, unknown> | null;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  switch (value?.type) {
    case 'pong':
      return isNumber(value.t0) && isNumber(value.t1) ? { type: 'pong', t0: value.t0, t1: value.t1 } : undefined;
    case 'control':
      return control(value);
    case 'error':
      return typeof value.code === 'string' && typeof value.message === 'string'
        ? { type: 'error', code: value.code, message: value.message }
        : undefined;
    default:
      return undefined;
  }
}

/** Out of range is brought into the contract's range: better the nearest than what was before. */
function control({ fps, quality, width, reason }: Record<string, unknown>): PublisherServerMessage | undefined {
  if (!isNumber(fps) || !isNumber(quality)) return undefined;
  return {
    type: 'control',
    fps: clamp(fps, 5, 60),
    quality: clamp(quality, 0.3, 0.95),
    ...(isNumber(width) && width >= 1 ? { width: Math.round(width) } : {}),
    reason: typeof reason === 'string' ? reason.slice(0, 200) : '',
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
