import type { Random } from './random.js';

/** Kept of each name, the newest. */
const MAX_PER_NAME = 12;

/** Parameters that ask for a value of another name: `camera.id` is the `id` in an answer of `/api/cameras`. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  token: ['camera.id', 'camera.view_token', 'camera.publish_token'],
  camera: ['camera.id', 'camera.view_token'],
  model: ['model.name'],
  model_name: ['model.name'],
};

/**
 * What the server called its things in its answers (`id`, `client_id`, tokens, names), so that later requests find them. Learns
 * from every answer: routes that are new need no word here.
 */
export class KnownValues {
  readonly #values = new Map<string, string[]>();

  /**
   * @param answer one thing or a list of them; what lies within is not theirs
   * @param path that was answered, e.g. `/api/cameras/{id}`
   */
  learn(answer: unknown, path: string): void {
    for (const thing of Array.isArray(answer) ? answer.slice(0, MAX_PER_NAME) : [answer]) {
      for (const [name, value] of Object.entries((thing ?? {}) as object)) {
        if (typeof value === 'string' && /^(id|name|\w+_id|\w+_token)$/.test(name)) this.#add(path, name, value);
      }
    }
  }

  /** What is not there any more is not asked for as if it were. */
  forget(value: string): void {
    for (const values of this.#values.values()) {
      const at = values.indexOf(value);
      if (at >= 0) values.splice(at, 1);
    }
  }

  /** One that fits a parameter of this name in this path; undefined where there is none. */
  pick(name: string, path: string, random: Random): string | undefined {
    const names = [`${thingOf(path)}.${name}`, ...(ALIASES[name] ?? [])].filter(
      (each) => this.#values.get(each)?.length,
    );
    return names.length === 0 ? undefined : random.pick(this.#values.get(random.pick(names)) as string[]);
  }

  #add(path: string, name: string, value: string): void {
    const key = `${thingOf(path)}.${name}`;
    const values = this.#values.get(key) ?? [];
    if (value === '' || value.length > 256 || values.includes(value)) return;
    values.push(value);
    if (values.length > MAX_PER_NAME) values.shift();
    this.#values.set(key, values);
  }
}

/** What a path is about: `/api/cameras/{id}` a camera, `/stream/events/{client_id}` what all of `/stream` is. */
function thingOf(path: string): string {
  const segments = path.split(/[/?]/).filter((segment) => segment !== '' && segment !== 'api');
  const [first = ''] = segments.filter((segment) => /^(cameras?|models?|stream|rules?|events?|keys?)$/.test(segment));
  return first.replace(/s$/, '');
}
