import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from './free-port.js';

/** A real Redis on a port of its own, which keeps nothing on disk. */
export class TestRedis {
  #process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    readonly password: string,
  ) {}

  static async start(): Promise<TestRedis> {
    const redis = new TestRedis(await freePort(), 'geheim');
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://:${this.password}@127.0.0.1:${this.port}`;
  }

  /** Starts it, empty, after `stop`; resolves once it accepts connections. */
  async start(): Promise<void> {
    const where = ['--port', String(this.port), '--bind', '127.0.0.1', '--requirepass', this.password];
    const server = spawn('redis-server', [...where, '--save', '', '--appendonly', 'no'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#process = server;
    for await (const line of server.stdout.iterator({ destroyOnReturn: false })) {
      if (String(line).includes('Ready to accept connections')) break;
    }
    server.stdout.resume();
  }

  /** `SIGSTOP` and `SIGCONT`: it keeps its connections, and does not answer. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(signal);
  }

  async stop(): Promise<void> {
    const server = this.#process;
    this.#process = undefined;
    if (!server) return;
    const closed = once(server, 'close');
    server.kill('SIGCONT');
    server.kill('SIGTERM');
    await closed;
  }
}
