import { LookoutError } from '@lookout/protocol/core';
import { machineError } from './machine-error.js';

/** Target of a connection. */
export interface ConnectionTarget {
  /** Name or address, IPv6 with or without brackets. */
  host: string;
  port: number;
  /** Advice on ports, for when nothing listens: "RTSP is 554 on most cameras". */
  portHint: string;
}

/**
 * Why no connection to a camera could be made, in words for its owner.
 * @param code Node's, such as `ECONNREFUSED`
 * @returns `undefined` for codes that are not about the network
 */
export function networkError(code: string, { host, port, portHint }: ConnectionTarget): LookoutError | undefined {
  const ours = machineError(code);
  if (ours !== undefined) return ours;
  const where = `${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
  const unreachable = (message: string, hint: string) => new LookoutError('camera_unreachable', message, { hint });
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return unreachable(
        `The name ${host} can't be resolved`,
        'Check the spelling, or use the IP address of the camera.',
      );
    case 'ECONNREFUSED':
      return unreachable(
        `Nothing listens at ${where}: the connection was refused`,
        `Check the port, and that the camera has started. ${portHint}`,
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
      return unreachable(
        `No route to ${host} (${code})`,
        'Check that the camera has power and is on the same network.',
      );
    case 'ETIMEDOUT':
      return unreachable(
        `${where} does not answer`,
        'Check the address, that the camera has power, and that no firewall blocks it.',
      );
  }
  return undefined;
}
