import type { ApiDescription, Schema } from './api-description.js';
import { nastyValue, ODD_KEYS, withKey } from './nasty.js';
import type { Random } from './random.js';

/** What a field of this name is best given, where a schema says no more than "text". */
export type Hint = (name: string, random: Random) => unknown;

/** How deep unions and lists that contain themselves are followed. */
const MAX_DEPTH = 12;

/** Values of schemas: valid ones, and ones that are wrong in some places. */
export class JsonValues {
  constructor(
    readonly api: ApiDescription,
    readonly hint: Hint,
  ) {}

  /**
   * @param wildness share of the places that get what their schema does not say; 0: a valid value.
   * @param name of the field it is for.
   */
  make(schema: Schema, random: Random, wildness: number, name = '', depth = 0): unknown {
    if (depth > MAX_DEPTH) return null;
    if (wildness > 0 && random.chance(wildness)) return nastyValue(random);
    const resolved = this.api.resolve(schema);
    const again = (part: Schema) => this.make(part, random, wildness, name, depth + 1);
    if (resolved.const !== undefined) return resolved.const;
    if (resolved.enum) return random.pick(resolved.enum);
    const choices = resolved.anyOf ?? resolved.oneOf;
    if (choices) return again(random.pick(choices));
    if (resolved.allOf) return Object.assign({}, ...resolved.allOf.map(again));
    const type = Array.isArray(resolved.type) ? random.pick(resolved.type) : resolved.type;
    switch (type) {
      case 'null':
        return null;
      case 'boolean':
        return random.chance(0.5);
      case 'integer':
      case 'number':
        return number(resolved, type === 'integer', random, wildness);
      case 'string':
        return this.#text(resolved, random, name);
      case 'array':
        return this.#list(resolved, random, again);
      case 'object':
        return this.#object(resolved, random, wildness, depth);
      default:
        return nastyValue(random);
    }
  }

  #text({ minLength = 0, maxLength = 40, pattern }: Schema, random: Random, name: string): unknown {
    const hinted = this.hint(name, random);
    if (hinted !== undefined && random.chance(0.9)) return hinted;
    const letters = pattern ? 'abcdefgh0123' : 'abc xyz-ÄÖ漢🎥';
    const length = random.integer(Math.max(1, minLength), Math.max(1, Math.min(maxLength, 12)));
    return Array.from({ length }, () => random.pick([...letters])).join('');
  }

  #list({ prefixItems, items, minItems = 0, maxItems = 4 }: Schema, random: Random, again: (part: Schema) => unknown) {
    if (prefixItems) return prefixItems.map(again);
    const length = random.integer(minItems, Math.min(Math.max(minItems, maxItems), minItems + 3));
    return Array.from({ length }, () => again(typeof items === 'object' ? items : {}));
  }

  #object(
    { properties = {}, required = [], additionalProperties }: Schema,
    random: Random,
    wildness: number,
    depth: number,
  ): object {
    let object: object = {};
    for (const [key, part] of Object.entries(properties)) {
      const wanted = required.includes(key) ? !random.chance(wildness / 2) : random.chance(0.5);
      if (wanted) object = withKey(object, key, this.make(part, random, wildness, key, depth + 1));
    }
    if (typeof additionalProperties === 'object' && random.chance(0.5)) {
      object = withKey(object, 'key', this.make(additionalProperties, random, wildness, 'key', depth + 1));
    }
    if (random.chance(wildness / 2)) object = withKey(object, random.pick(ODD_KEYS), nastyValue(random));
    return object;
  }
}

function number(schema: Schema, whole: boolean, random: Random, wildness: number): number {
  const { multipleOf } = schema;
  const min = schema.minimum ?? schema.exclusiveMinimum ?? 0;
  const max = schema.maximum ?? schema.exclusiveMaximum ?? Math.max(min, 0) + 1000;
  // The edges, and what lies just beyond them.
  if (random.chance(wildness)) return random.pick([min - 1, min, max, max + 1, min - 1e-9, max + 0.5]);
  const value = Math.min(max, Math.max(min, min + random.fraction() * Math.min(max - min, 10_000)));
  if (multipleOf !== undefined) return Math.round(value / multipleOf) * multipleOf;
  return whole ? Math.round(value) : value;
}
