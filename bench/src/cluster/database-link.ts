import { connect, createServer, type Server, type Socket } from 'node:net';

/** The way of one node to the database. Cut, nothing passes, and neither side learns of it. */
export class DatabaseLink {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  private constructor(target: URL) {
    this.#server = createServer((near) => {
      const far = connect(Number(target.port || 5432), target.hostname);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on('data', (bytes) => this.#isCut || to.write(bytes));
        from.on('error', () => to.destroy());
        from.on('close', () => {
          this.#sockets.delete(from);
          to.destroy();
        });
      }
    });
  }

  /** @returns the link, and the address of the database through it */
  static async open(database: string): Promise<{ link: DatabaseLink; url: string }> {
    const target = new URL(database);
    const link = new DatabaseLink(target);
    await new Promise<void>((resolve) => link.#server.listen(0, '127.0.0.1', resolve));
    const { port } = link.#server.address() as { port: number };
    const url = new URL(database);
    url.host = `127.0.0.1:${port}`;
    return { link, url: url.href };
  }

  cut(): void {
    this.#isCut = true;
  }

  /** Connections from before have lost bytes: they end. */
  mend(): void {
    this.#isCut = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
