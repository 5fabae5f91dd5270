import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** An address on the link that nobody has: what is sent there is lost. */
const NOBODY = '02:00:00:00:00:99';

/**
 * How a member is cut off. `all`: its link is down. `in`: nothing of the other members reaches it. `out`: nothing that it sends reaches
 * them. `database`: nothing passes between it and the first member.
 */
export const CUTS = ['all', 'in', 'out', 'database'] as const;
export type Cut = (typeof CUTS)[number];

/**
 * Network namespaces on one bridge, which members can be cut off from, also in one direction: members then have a wrong link address of each
 * other, since many kernels have neither packet filters nor netem. This machine is on the bridge too; only `all` cuts a member off from it.
 * Needs root and `ip`. Everything created is removed again.
 */
export class NodeNetwork {
  readonly hostAddress: string;
  readonly #tag = `lk${process.pid % 100_000}`;
  readonly #net: string;
  readonly #members: readonly string[];

  private constructor(members: readonly string[]) {
    this.#members = members;
    this.#net = `10.${100 + (process.pid % 100)}.${(process.pid >> 7) % 250}`;
    this.hostAddress = `${this.#net}.1`;
  }

  /** @param members their names, at most four characters each; the database is the first */
  static async open(members: readonly string[]): Promise<NodeNetwork> {
    const network = new NodeNetwork(members);
    try {
      await ip('link', 'add', network.#bridge, 'type', 'bridge');
      await ip('addr', 'add', `${network.hostAddress}/24`, 'dev', network.#bridge);
      await ip('link', 'set', network.#bridge, 'up');
      for (const member of members) await network.#add(member);
    } catch (error) {
      await network.close();
      throw error;
    }
    return network;
  }

  addressOf(member: string): string {
    return `${this.#net}.${10 + this.#members.indexOf(member)}`;
  }

  /** How to start a program of a member: `spawn(command[0], [...command.slice(1), …])`. */
  commandOf(member: string): readonly string[] {
    return ['ip', 'netns', 'exec', this.#namespaceOf(member)];
  }

  async cut(member: string, cut: Cut): Promise<void> {
    if (cut === 'all') return ip('link', 'set', this.#linkOf(member), 'down');
    await Promise.all(this.#lostBy(member, cut).map(([from, to]) => this.#neighbour(from, 'replace', to, NOBODY)));
  }

  async mend(member: string, cut: Cut): Promise<void> {
    if (cut === 'all') return ip('link', 'set', this.#linkOf(member), 'up');
    await Promise.all(this.#lostBy(member, cut).map(([from, to]) => this.#neighbour(from, 'del', to)));
  }

  async close(): Promise<void> {
    // Those that were never made are not there.
    for (const member of this.#members) await ip('netns', 'del', this.#namespaceOf(member)).catch(() => undefined);
    await ip('link', 'del', this.#bridge).catch(() => undefined);
  }

  /** Pairs of sender and receiver whose packets are lost. */
  #lostBy(member: string, cut: Exclude<Cut, 'all'>): (readonly [from: string, to: string])[] {
    const others = cut === 'database' ? this.#members.slice(0, 1) : this.#members.filter((one) => one !== member);
    return others.flatMap((other) => [
      ...(cut === 'out' ? [] : [[other, member] as const]),
      ...(cut === 'in' ? [] : [[member, other] as const]),
    ]);
  }

  async #add(member: string): Promise<void> {
    const [namespace, link] = [this.#namespaceOf(member), this.#linkOf(member)];
    await ip('netns', 'add', namespace);
    await ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
    await ip('link', 'set', link, 'master', this.#bridge, 'up');
    await ip('-n', namespace, 'addr', 'add', `${this.addressOf(member)}/24`, 'dev', 'eth0');
    await ip('-n', namespace, 'link', 'set', 'eth0', 'up');
    await ip('-n', namespace, 'link', 'set', 'lo', 'up');
  }

  #neighbour(from: string, change: 'replace' | 'del', to: string, linkAddress?: string): Promise<void> {
    const entry = linkAddress === undefined ? [] : ['lladdr', linkAddress, 'nud', 'permanent'];
    return ip('-n', this.#namespaceOf(from), 'neigh', change, this.addressOf(to), ...entry, 'dev', 'eth0');
  }

  get #bridge(): string {
    return `${this.#tag}br`;
  }

  #linkOf(member: string): string {
    return `${this.#tag}${member}`;
  }

  #namespaceOf(member: string): string {
    return `lookout-${this.#tag}-${member}`;
  }
}

async function ip(...args: string[]): Promise<void> {
  await run('ip', args);
}
