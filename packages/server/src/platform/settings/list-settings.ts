import type { Setting } from '@lookout/protocol';
import { z } from 'zod';
import { type Settings, SettingsFile } from '../config/settings.js';

/** Their values are secret, or may contain a password. */
const SECRETS: ReadonlySet<string> = new Set([
  'auth.oidc.client_secret',
  'cluster.database',
  'redis.url',
  'kserve.url',
  'kserve.token',
  'language_model.base_url',
  'language_model.api_key',
  'vlm.api_key',
]);
/** Cameras have a page each. */
const ELSEWHERE: ReadonlySet<string> = new Set(['cameras']);

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}

export type SettingDescription = Omit<Setting, 'origin' | 'changeable'>;

/** Every setting with its value, in the order of the file; cameras are left out. */
export function listSettings(settings: Settings): SettingDescription[] {
  const schema = z.toJSONSchema(SettingsFile, { io: 'input', unrepresentable: 'any' }) as Schema;
  return describe(schema, settings, '');
}

function describe({ properties = {} }: Schema, values: unknown, prefix: string): SettingDescription[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const key = prefix + name;
    if (ELSEWHERE.has(key)) return [];
    const value = (values as Readonly<Record<string, unknown>> | undefined)?.[name];
    if (schema.properties) return describe(schema, value, `${key}.`);
    return [{ key, value: shown(key, value), description: schema.description ?? '' }];
  });
}

/** A value as shown to clients: secrets and credentials are hidden. */
export function shown(key: string, value: unknown): Setting['value'] {
  if (value === undefined || value === null) return null;
  if (SECRETS.has(key)) return '***';
  // Servers of WebRTC: their addresses, without the credentials.
  if (Array.isArray(value)) return value.map((each) => String((each as { url?: string }).url ?? each));
  if (typeof value === 'object') return Object.entries(value).map(([name, each]) => `${name}: ${each}`);
  return value as Setting['value'];
}
