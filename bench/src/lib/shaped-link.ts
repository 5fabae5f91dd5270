import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { end } from './server-process.js';

const run = promisify(execFile);
const entry = fileURLToPath(new URL('./link-emulator-main.js', import.meta.url));

export interface LinkShape {
  bitsPerSecond: number;
  /** One way, ms. */
  delayMs: number;
  /** Share of packets that are lost, 0..1. */
  loss: number;
  /** Shape both directions, instead of only the one from the other side to us. */
  both: boolean;
}

/**
 * A network namespace behind a link whose rate, delay and loss can be changed while it runs. Packets pass through a small process between
 * two TUN devices that does what `tc … netem rate … delay … loss …` does (including a queue of 1000 packets), since many kernels have no
 * netem. Needs root and `ip`. Everything created is removed again.
 */
export class ShapedLink {
  /** Our side's address. */
  readonly hostAddress: string;
  readonly #namespace: string;
  /** The device on our side. */
  readonly #near: string;
  readonly #emulator: ChildProcess;
  readonly #lines: Interface;

  private constructor(namespace: string, near: string, hostAddress: string, emulator: ChildProcess, lines: Interface) {
    this.#namespace = namespace;
    this.#near = near;
    this.hostAddress = hostAddress;
    this.#emulator = emulator;
    this.#lines = lines;
  }

  static async open(): Promise<ShapedLink> {
    const tag = process.pid % 100_000;
    const namespace = `lookout-bench-${tag}`;
    const [near, far] = [`lkn${tag}`, `lkf${tag}`];
    const net = `10.${100 + (tag % 100)}.${(tag >> 7) % 250}`;
    const emulator = spawn(process.execPath, [entry, near, far], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: emulator.stdout });
    const link = new ShapedLink(namespace, near, `${net}.1`, emulator, lines);
    try {
      await link.#answer();
      await run('ip', ['netns', 'add', namespace]);
      await run('ip', ['link', 'set', far, 'netns', namespace]);
      await run('ip', ['addr', 'add', `${net}.1/24`, 'dev', near]);
      await run('ip', ['link', 'set', near, 'up']);
      await link.#inside('ip', 'addr', 'add', `${net}.2/24`, 'dev', far);
      await link.#inside('ip', 'link', 'set', far, 'up');
      await link.#inside('ip', 'link', 'set', 'lo', 'up');
    } catch (error) {
      await link.close();
      throw error;
    }
    return link;
  }

  /** How to start a program on the other side: `spawn(command[0], [...command.slice(1), …])`. */
  get command(): readonly string[] {
    return ['ip', 'netns', 'exec', this.#namespace];
  }

  /** @param shape undefined: unlimited */
  async shape(shape: LinkShape | undefined): Promise<void> {
    const values = shape ? [shape.bitsPerSecond, shape.delayMs, shape.loss, shape.both ? 1 : 0] : [0, 0, 0, 0];
    this.#emulator.stdin?.write(`${values.join(' ')}\n`);
    await this.#answer();
  }

  /** Bytes that have come from the other side. */
  receivedBytes(): number {
    return Number(readFileSync(`/sys/class/net/${this.#near}/statistics/rx_bytes`, 'utf8'));
  }

  async close(): Promise<void> {
    await end(this.#emulator);
    this.#lines.close();
    await run('ip', ['netns', 'del', this.#namespace]).catch(() => undefined);
  }

  #answer(): Promise<void> {
    return new Promise((resolve, reject) => {
      const failed = () => reject(new Error('The emulated link ended: it needs root and /dev/net/tun'));
      if (this.#emulator.exitCode !== null) failed();
      this.#emulator.once('exit', failed);
      this.#lines.once('line', () => {
        this.#emulator.off('exit', failed);
        resolve();
      });
    });
  }

  async #inside(...command: string[]): Promise<void> {
    await run('ip', ['netns', 'exec', this.#namespace, ...command]);
  }
}
