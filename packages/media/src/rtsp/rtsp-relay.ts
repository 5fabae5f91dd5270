import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { LookoutError } from '@lookout/protocol/core';
import type { AddressGuard } from '../network/address-guard.js';
import type { RtspUrl } from './rtsp-url.js';

const REDIRECT_STATUS = /RTSP\/\d\.\d 3\d\d/;
/** A status line may arrive in two pieces. */
const TAIL_CHARACTERS = 12;

/**
 * A local relay to one RTSP server for FFmpeg, which would resolve names and follow redirects unchecked: FFmpeg connects to us, and we
 * connect where the guard allows. A server that redirects it is cut off.
 */
export class RtspRelay {
  readonly #target: RtspUrl;
  readonly #guard: AddressGuard;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #failure: LookoutError | undefined;

  private constructor(target: RtspUrl, guard: AddressGuard) {
    this.#target = target;
    this.#guard = guard;
    this.#server = createServer((client) => this.#relay(client));
  }

  /** @param target the address that our own client ended at. */
  static async open(target: RtspUrl, guard: AddressGuard): Promise<RtspRelay> {
    const relay = new RtspRelay(target, guard);
    relay.#server.listen(0, '127.0.0.1');
    await once(relay.#server, 'listening');
    return relay;
  }

  /** For FFmpeg; includes credentials. */
  get url(): string {
    const { requestUrl, credentials } = this.#target;
    const url = new URL(requestUrl);
    url.host = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    if (credentials !== undefined) {
      url.username = encodeURIComponent(credentials.username);
      url.password = encodeURIComponent(credentials.password);
    }
    return url.href;
  }

  /** Why a connection was cut off, which FFmpeg doesn't learn. */
  get failure(): LookoutError | undefined {
    return this.#failure;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #relay(client: Socket): void {
    this.#keep(client);
    const { host, port, named } = this.#target;
    let camera: Socket;
    try {
      camera = connect({ host, port, noDelay: true, lookup: this.#guard.lookupFor({ host, port, named }) });
    } catch (error) {
      this.#fail(error, client);
      return;
    }
    this.#keep(camera);
    camera.on('error', (error) => this.#fail(error, client));
    client.on('error', () => camera.destroy());
    client.on('close', () => camera.destroy());
    camera.on('close', () => client.destroy());
    let tail = '';
    const look = (bytes: Buffer) => {
      const text = tail + bytes.toString('latin1');
      if (REDIRECT_STATUS.test(text)) this.#fail(redirected(), client);
      tail = text.slice(-TAIL_CHARACTERS);
    };
    camera.on('data', look);
    // After PLAY comes the video.
    client.on('data', (bytes) => bytes.includes('PLAY ') && camera.off('data', look));
    client.pipe(camera);
    camera.pipe(client);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
  }

  #fail(error: unknown, client: Socket): void {
    if (error instanceof LookoutError) this.#failure ??= error;
    client.destroy();
  }
}

function redirected(): LookoutError {
  return new LookoutError('source_protocol_error', 'The camera redirects while its stream is being opened', {
    hint: 'Use the address that it redirects to.',
  });
}
