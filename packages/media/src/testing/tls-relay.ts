import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import { SELF_SIGNED } from './self-signed.js';

export interface TlsRelay {
  readonly port: number;
  close(): Promise<void>;
}

/** Puts TLS, with a self-signed certificate, in front of a local `port`. */
export async function startTlsRelay(port: number): Promise<TlsRelay> {
  const sockets = new Set<Socket>();
  const server = createServer(SELF_SIGNED, (client) => {
    const camera = connect(port, '127.0.0.1');
    client.pipe(camera).pipe(client);
    for (const socket of [client, camera]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        client.destroy();
        camera.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
