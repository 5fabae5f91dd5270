/** A route's path as fastify writes it: fixed segments, `:name` segments, and `*` at the end. */
export class PathPattern {
  readonly source: string;
  readonly #segments: readonly string[];

  constructor(source: string) {
    this.source = source;
    this.#segments = source.split('/').slice(1);
  }

  /**
   * The parameters of a path that matches, decoded: `/ws/view/:token` on `/ws/view/yard` gives `{ token: 'yard' }`;
   * `undefined` when it does not match. A parameter is never empty; a broken escape matches as it is written.
   */
  match(path: string): Record<string, string> | undefined {
    const given = path.split('/').slice(1);
    const params: Record<string, string> = {};
    for (const [index, segment] of this.#segments.entries()) {
      if (segment === '*') return { ...params, '*': given.slice(index).join('/') };
      const value = given[index];
      if (value === undefined) return undefined;
      if (segment.startsWith(':')) {
        if (value === '') return undefined;
        params[segment.slice(1)] = decode(value);
      } else if (segment !== value) {
        return undefined;
      }
    }
    return given.length === this.#segments.length ? params : undefined;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
