import https from 'node:https';
import type { TcpNetConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import { connectTls } from '../tls-pin.js';

export interface CameraTlsAgentOptions {
  /** Of the camera itself: what it names elsewhere has certificates of its own. */
  host: string;
  /** The one certificate that is accepted from it; absent: those that the machine trusts. */
  tlsPin: string | undefined;
}

/** HTTPS connections to a camera. Nothing is sent before its certificate is accepted: a request may hold credentials. */
export class CameraTlsAgent extends https.Agent {
  readonly #camera: CameraTlsAgentOptions;

  constructor(camera: CameraTlsAgentOptions) {
    super({ keepAlive: true, maxSockets: 1 });
    this.#camera = camera;
  }

  override createConnection({ host = 'localhost', port, lookup }: TcpNetConnectOpts): Duplex {
    const tlsPin = host === this.#camera.host ? this.#camera.tlsPin : undefined;
    const socket = connectTls({ host, port, lookup, tlsPin }, () => socket.uncork());
    socket.cork();
    return socket;
  }
}
