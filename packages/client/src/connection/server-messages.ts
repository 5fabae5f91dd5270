import type { Pong, SocketError } from '@lookout/protocol';

/** Parses the server's text messages by hand: this runs for every frame, and new fields must not break an old client. */

/** @returns the object of a JSON text; undefined for anything else */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function asPong({ t0, t1 }: Record<string, unknown>): Pong | undefined {
  return isNumber(t0) && isNumber(t1) ? { type: 'pong', t0, t1 } : undefined;
}

export function asSocketError({ code, message }: Record<string, unknown>): SocketError | undefined {
  return typeof code === 'string' && typeof message === 'string' ? { type: 'error', code, message } : undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
