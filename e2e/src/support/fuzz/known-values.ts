import type { Random } from './random.js';

/** Kept of each name, the newest. */
const MAX_PER_NAME = 12;

/** Names under which a value of one name is asked for by another. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  token: ['id', 'view_token', 'publish_token'],
  camera: ['id', 'view_token'],
  model: ['name'],
};

/**
 * What the server called its things in its answers (`id`, `client_id`, tokens, names), so that later requests find them. Learns
 * from every answer: routes that are new need no word here.
 */
export class KnownValues {
  readonly #values = new Map<string, string[]>();

  learn(answer: unknown, depth = 0): void {
    if (typeof answer !== 'object' || answer === null || depth > 4) return;
    if (Array.isArray(answer)) {
      for (const each of answer.slice(0, MAX_PER_NAME)) this.learn(each, depth + 1);
      return;
    }
    for (const [name, value] of Object.entries(answer)) {
      if (typeof value === 'string' && /^(id|name|\w+_id|\w+_token)$/.test(name)) this.add(name, value);
      else this.learn(value, depth + 1);
    }
  }

  add(name: string, value: string): void {
    const values = this.#values.get(name) ?? [];
    if (value === '' || value.length > 256 || values.includes(value)) return;
    values.push(value);
    if (values.length > MAX_PER_NAME) values.shift();
    this.#values.set(name, values);
  }

  /** One that was learnt for a parameter of this name; undefined where there is none. */
  pick(name: string, random: Random): string | undefined {
    const names = [name, ...(ALIASES[name] ?? [])].filter((each) => this.#values.has(each));
    return names.length === 0 ? undefined : random.pick(this.#values.get(random.pick(names)) as string[]);
  }
}
