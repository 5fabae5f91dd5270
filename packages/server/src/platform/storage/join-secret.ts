import { createHash, hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { LookoutError } from '@lookout/protocol';
import type { Statements } from './postgres/database.js';
import { SealedBox } from './sealed-box.js';

const MIN_LENGTH = 32;

/** The secret that all nodes of a cluster have in common. @throws LookoutError `config_invalid` */
export function readJoinSecret(path: string): string {
  let secret: string;
  try {
    secret = readFileSync(path, 'utf8').trim();
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    throw new LookoutError('config_invalid', `--join-secret-file: can't read ${path}: ${code}`, { cause: error });
  }
  if (secret.length >= MIN_LENGTH) return secret;
  throw new LookoutError('config_invalid', `--join-secret-file: ${path} has fewer than ${MIN_LENGTH} characters`, {
    hint: 'Make one with: openssl rand -base64 32',
  });
}

/**
 * The first to ask decides which secret the database's nodes have; of it, only a hash of a hash is stored.
 * @param name of the database @throws LookoutError `conflict`
 */
export async function checkJoinSecret(db: Statements, name: string, secret: string): Promise<void> {
  const fingerprint = createHash('sha256').update(keyOf(secret, 'lookout fingerprint')).digest();
  await db.run(
    "INSERT INTO shared_secrets (name, fingerprint) VALUES ('join', $1) ON CONFLICT (name) DO NOTHING",
    fingerprint,
  );
  const same = await db.all("SELECT FROM shared_secrets WHERE name = 'join' AND fingerprint = $1", fingerprint);
  if (same.length > 0) return;
  throw new LookoutError('conflict', `The nodes of ${name} have another join secret`, {
    hint: 'Give all nodes the same file with --join-secret-file.',
  });
}

/** The key of all links: that of the server whose database was carried over, else one that every node makes for itself. */
export async function linkKeyFor(db: Statements, secret: string): Promise<Uint8Array> {
  const [row] = await db.all("SELECT sealed FROM sealed_keys WHERE name = 'links'");
  return row ? new Uint8Array(boxOf(secret).open(row.sealed as Buffer)) : keyOf(secret, 'lookout links');
}

/** Stores the key of one server's links, sealed: links that were given away go on working. */
export async function carryLinkKey(db: Statements, key: Uint8Array, secret: string): Promise<void> {
  await db.run("INSERT INTO sealed_keys (name, sealed) VALUES ('links', $1)", boxOf(secret).seal(key));
}

const boxOf = (secret: string) => new SealedBox(keyOf(secret, 'lookout seal'));

function keyOf(secret: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', purpose, 32));
}
