import http from 'node:http';
import https from 'node:https';
import { connect, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { LookoutError } from '@lookout/protocol/core';
import type { AddressGuard } from '../network/address-guard.js';
import { connectTls } from '../source/tls-pin.js';

export interface DeviceAgentOptions {
  /** Address of the device: its scheme, host and port. */
  url: URL;
  guard: AddressGuard;
  /** For https: the only certificate to accept. */
  tlsPin?: string | undefined;
  /** Why a connection ended early. Whoever reads from it is not always told. */
  onFailure: (error: LookoutError) => void;
}

/** The answers of a recorder with 64 channels have some hundred kilobytes. */
export const MAX_ANSWER_BYTES = 2 * 1024 * 1024;

/**
 * Connects to one device, and bounds what it can send. Wherever a request was meant to go, its connection leads to the device: what a device
 * names in its answers never decides it.
 */
export function deviceAgent(options: DeviceAgentOptions): http.Agent {
  const agent = options.url.protocol === 'https:' ? new https.Agent() : new http.Agent();
  agent.createConnection = () => {
    const socket = connectDevice(options);
    let bytes = 0;
    // Added before the connection is made, and so before there is anything to read.
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_ANSWER_BYTES) return;
      const error = new LookoutError('source_protocol_error', 'The device does not stop answering', {
        hint: 'It may be faulty, or not be an ONVIF device.',
      });
      options.onFailure(error);
      socket.destroy(error);
    });
    return socket;
  };
  return agent;
}

function connectDevice({ url, guard, tlsPin }: DeviceAgentOptions): Duplex {
  const isTls = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (isTls ? 443 : 80));
  const destination = { host: url.hostname, port, named: false };
  try {
    const lookup = guard.lookupFor(destination);
    // A request may hold credentials: it waits until the certificate is accepted.
    const socket = isTls
      ? connectTls({ host, port, lookup, tlsPin }, () => socket.uncork())
      : connect({ host, port, lookup });
    if (isTls) socket.cork();
    socket.once('connect', () => {
      if (socket.remoteAddress !== undefined) guard.reached(destination, socket.remoteAddress);
    });
    return socket;
  } catch (error) {
    // An address that may not be connected to. The request reports it as any other failure to connect.
    const socket = new Socket();
    process.nextTick(() => socket.destroy(error instanceof Error ? error : new Error(String(error))));
    return socket;
  }
}
