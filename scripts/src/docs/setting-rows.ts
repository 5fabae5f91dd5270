/** A row that a table of settings must have: `[key, type, default]`. */
export type SettingRow = readonly [key: string, takes: string, fallback: string];

/** The parts of JSON Schema (2020-12) that the settings' schema uses. */
export interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
}

/**
 * One row for each setting of a schema, in its order: `['server.port', '0 to 65535', '8080']`. Settings of list items are written
 * `cameras[].url`. The last cell is `–` without a default, and `none` for an empty list or map.
 */
export function settingRows(schema: JsonSchema, prefix = ''): SettingRow[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const key = `${prefix}${name}`;
    if (field.properties) return settingRows(field, `${key}.`);
    if (field.items?.properties) return settingRows(field.items, `${key}[].`);
    return [[key, takes(field), fallbackOf(field)] as const];
  });
}

function fallbackOf({ default: fallback }: JsonSchema): string {
  if (typeof fallback === 'object' && fallback !== null && Object.keys(fallback).length === 0) return 'none';
  return fallback === undefined ? '–' : String(fallback);
}

function takes(schema: JsonSchema): string {
  if (schema.const !== undefined) return String(schema.const);
  if (schema.anyOf) return schema.anyOf.map(takes).join(' or ');
  if (schema.enum) return schema.enum.join(', ');
  switch (schema.type) {
    case 'boolean':
      return 'true or false';
    case 'integer':
    case 'number': {
      const range = `${schema.minimum} to ${schema.maximum}`;
      return schema.multipleOf === undefined ? range : `${range} in steps of ${schema.multipleOf}`;
    }
    case 'array':
      return `list of at most ${schema.maxItems}`;
    case 'string':
      return schema.maxLength === undefined ? 'text' : `text of at most ${schema.maxLength} characters`;
    case 'object':
      return `for each name: ${takes(schema.additionalProperties as JsonSchema)}`;
    default:
      throw new TypeError(`Expected a setting of a known type, got ${JSON.stringify(schema)}`);
  }
}
