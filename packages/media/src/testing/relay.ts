import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { SELF_SIGNED } from './self-signed.js';

export interface Relay {
  readonly port: number;
  close(): Promise<void>;
}

/** Puts TLS, with a self-signed certificate, in front of a local `port`. */
export function startTlsRelay(port: number): Promise<Relay> {
  return startRelay(port, (take) => createTlsServer(SELF_SIGNED, take), forward);
}

/** A TCP relay to a local `port` that forwards bytes in bursts, one every `intervalMs`, as Wi-Fi and mobile links do. */
export function startBurstRelay(port: number, intervalMs: number): Promise<Relay> {
  return startRelay(
    port,
    (take) => createServer(take),
    (camera, client) => {
      const held: Buffer[] = [];
      const timer = setInterval(() => client.write(Buffer.concat(held.splice(0))), intervalMs);
      camera.on('data', (bytes: Buffer) => held.push(bytes));
      camera.on('close', () => clearInterval(timer));
    },
  );
}

function forward(camera: Socket, client: Socket): void {
  camera.pipe(client);
}

async function startRelay(
  port: number,
  serverOf: (take: (client: Socket) => void) => Server,
  answer: (camera: Socket, client: Socket) => void,
): Promise<Relay> {
  const sockets = new Set<Socket>();
  const server = serverOf((client) => {
    const camera = connect(port, '127.0.0.1');
    client.pipe(camera);
    answer(camera, client);
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
