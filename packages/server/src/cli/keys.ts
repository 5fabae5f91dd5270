import { LookoutError, NewApiKey } from '@lookout/protocol';
import { z } from 'zod';
import { ApiKeys } from '../platform/auth/api-keys.js';
import type { Settings } from '../platform/config/settings.js';
import type { AuditRepository } from '../platform/storage/index.js';
import { qrCode } from '../platform/tls/access.js';
import { lanUrls } from '../platform/tls/lan-urls.js';
import { noteCommand } from './note-command.js';
import { openKeysOf, placeOfKeys } from './open-keys.js';

/** Prints a code that signs in a phone as admin, as a QR code and as an address to type. */
export async function printSignInCode(settings: Settings): Promise<void> {
  const { host, port, https } = settings.server;
  if (port === 0) {
    throw new LookoutError('config_invalid', '--port: expected the port that the server listens on, got 0');
  }
  const [origin] = lanUrls({ address: host, port, family: '' }, https);
  if (origin === undefined) {
    throw new LookoutError('config_invalid', `Other devices can't reach a server that listens on ${host}`, {
      hint: 'Start the server with --https, and give the same flags here.',
    });
  }
  const { code } = await withKeys(settings, async ({ apiKeys, audit }) => {
    const made = await apiKeys.createSignInCode();
    await noteCommand(audit, { action: 'session.make_code' });
    return made;
  });
  const url = `${origin}/join/${code}`;
  process.stderr.write('Scan this code within five minutes to sign in one device as admin:\n\n');
  console.log(`${url}\n\n${qrCode(url, process.stdout.isTTY ?? false)}`);
}

type KeySettings = Pick<Settings, 'data' | 'cluster' | 'cameras'>;

/** Prints the API keys, without their secrets. */
export async function listKeys(settings: KeySettings, json: boolean): Promise<void> {
  const keys = await withKeys(settings, ({ apiKeys }) => apiKeys.list());
  if (json) return void console.log(JSON.stringify(keys, null, 2));
  if (keys.length === 0) return void console.log(`There are no API keys in ${placeOfKeys(settings)}.`);
  const width = Math.max(...keys.map(({ name }) => name.length));
  for (const { id, name, scope, cameras, created_at, expires_at } of keys) {
    const made = new Date(created_at).toISOString().slice(0, 10);
    const which = cameras === undefined ? 'all cameras' : cameras.join(', ') || 'deleted cameras';
    const until = expires_at === undefined ? '' : `  until ${new Date(expires_at).toISOString().slice(0, 16)}Z`;
    console.log(`${name.padEnd(width)}  ${scope.padEnd(8)}  ${made}  ${id}  ${which}${until}`);
  }
}

/** Creates a key and prints it, alone on standard output. */
export async function createKey(
  { name, scope, cameras, days }: { name: string; scope: string; cameras?: readonly string[]; days?: number },
  settings: KeySettings,
): Promise<void> {
  const given = NewApiKey.safeParse({
    name,
    scope,
    ...(cameras && { cameras: [...cameras] }),
    ...(days !== undefined && { expires_in_s: days * 86_400 }),
  });
  if (!given.success) throw new LookoutError('config_invalid', z.prettifyError(given.error));
  const made = await withKeys(settings, async ({ apiKeys, audit, cameraIds }) => {
    const unknown = given.data.cameras?.find((id) => !cameraIds.has(id));
    if (unknown !== undefined) throw new LookoutError('config_invalid', `There is no camera "${unknown}"`);
    const key = await apiKeys.create(given.data);
    const target = { id: key.id, name: key.name };
    await noteCommand(audit, { action: 'key.create', target, fields: Object.keys(given.data) });
    return key;
  });
  process.stderr.write(
    `API key "${made.name}" with scope ${made.scope} in ${placeOfKeys(settings)}, shown only this once:\n`,
  );
  console.log(made.key);
}

/** Revokes a key by name or id. A running server ends its connections within a second. */
export async function revokeKey(nameOrId: string, settings: KeySettings): Promise<void> {
  const revoked = await withKeys(settings, async ({ apiKeys, audit }) => {
    const key = apiKeys.list().find(({ id, name }) => id === nameOrId || name === nameOrId);
    if (!key) {
      throw new LookoutError('not_found', `There is no API key "${nameOrId}"`, {
        hint: 'List the keys with: lookout keys list',
      });
    }
    await apiKeys.revoke(key.id);
    await noteCommand(audit, { action: 'key.revoke', target: { id: key.id, name: key.name } });
    return key;
  });
  console.log(`Revoked the API key "${revoked.name}" in ${placeOfKeys(settings)}.`);
}

interface Opened {
  readonly apiKeys: ApiKeys;
  readonly audit: AuditRepository;
  /** Of all cameras. */
  readonly cameraIds: ReadonlySet<string>;
}

async function withKeys<T>(settings: KeySettings, work: (opened: Opened) => T | Promise<T>): Promise<T> {
  const storage = await openKeysOf(settings);
  try {
    const ids = [...settings.cameras, ...(await storage.cameras.list())].map(({ id }) => id);
    // Anyone who can run this command can create an admin key, so the last one may be revoked.
    const apiKeys = await ApiKeys.open({ store: storage.keys, trustsLocal: true });
    return await work({ apiKeys, audit: storage.audit, cameraIds: new Set(ids) });
  } finally {
    await storage.close();
  }
}
