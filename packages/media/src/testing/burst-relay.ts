import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface BurstRelay {
  readonly port: number;
  close(): Promise<void>;
}

/** A TCP relay to a local `port` that forwards its bytes in bursts, one every `intervalMs`, as Wi-Fi and mobile links do. */
export async function startBurstRelay(port: number, intervalMs: number): Promise<BurstRelay> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const camera = connect(port, '127.0.0.1');
    const held: Buffer[] = [];
    const timer = setInterval(() => client.write(Buffer.concat(held.splice(0))), intervalMs);
    camera.on('data', (bytes: Buffer) => held.push(bytes));
    client.pipe(camera);
    for (const socket of [client, camera]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        clearInterval(timer);
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
