import type { Schema } from './openapi.js';

/** A field of a schema: `detect.fps` of a camera. */
export interface Field {
  /** Dotted; with `[]` for the items of a list. */
  readonly path: string;
  readonly schema: Schema;
  readonly required: boolean;
}

/** The limit that zod writes for whole numbers without a bound. */
const SAFE = Number.MAX_SAFE_INTEGER;

/** The name in `#/components/schemas/NAME`. */
export function nameOf(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

/** The type of a value, for a table: `number, 0 to 1`, `list of [Detection](#detection)`. */
export function typeWords(schema: Schema): string {
  if (schema.$ref !== undefined) return link(nameOf(schema.$ref));
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum) return schema.enum.map(code).join(', ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map(typeWords))].join(' or ');
  if (schema.prefixItems) return `[${schema.prefixItems.map(typeWords).join(', ')}]`;
  const { type } = schema;
  if (Array.isArray(type)) return type.map((each: string) => typeWords({ ...schema, type: each })).join(' or ');
  switch (type) {
    case 'array': {
      const items = typeof schema.items === 'object' ? typeWords(schema.items) : 'anything';
      return `list of ${items === 'object' ? 'objects' : items}${bound('at most', schema.maxItems)}`;
    }
    case 'integer':
      return `whole number${range(schema)}`;
    case 'number':
      return `number${range(schema)}`;
    case 'string':
      return `text${length(schema)}`;
    case 'boolean':
      return '`true` or `false`';
    case 'null':
      return '`null`';
    case 'object':
      return typeof schema.additionalProperties === 'object' && !schema.properties
        ? `object of ${typeWords(schema.additionalProperties)}`
        : 'object';
    case undefined:
      return 'anything';
    default:
      return String(type);
  }
}

/** The fields of an object, including those of nested objects; lists of objects as `list[].field`. Named schemas are not expanded. */
export function fieldsOf(schema: Schema, prefix = ''): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const required = schema.required?.includes(name) ?? false;
    const items = typeof field.items === 'object' ? field.items : undefined;
    const within = field.properties
      ? fieldsOf(field, `${path}.`)
      : items?.properties
        ? fieldsOf(items, `${path}[].`)
        : [];
    return [{ path, schema: field, required }, ...within];
  });
}

/** The anchor that GitHub makes of a heading. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

export function link(name: string): string {
  return `[${name}](#${anchor(name)})`;
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function range({ minimum, maximum, multipleOf }: Schema): string {
  const low = minimum === undefined || minimum <= -SAFE ? undefined : minimum;
  const high = maximum === undefined || maximum >= SAFE ? undefined : maximum;
  const steps = multipleOf === undefined || multipleOf === 1 ? '' : ` in steps of ${multipleOf}`;
  if (low !== undefined && high !== undefined) return `, ${low} to ${high}${steps}`;
  if (low !== undefined) return `, at least ${low}${steps}`;
  return bound(', at most', high).trimStart() + steps;
}

function length({ minLength, maxLength }: Schema): string {
  return maxLength === undefined || (minLength ?? 0) > maxLength ? '' : ` of at most ${maxLength} characters`;
}

function bound(words: string, value: number | undefined): string {
  return value === undefined ? '' : `${words.startsWith(',') ? '' : ', '}${words} ${value}`;
}
