import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LookoutError } from '@lookout/protocol';

/** SHA-256 in hex of all parts, one after the other. */
export function sha256(...parts: (Uint8Array | string)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/**
 * A file made by an expensive function, kept at `path` with its checksum at `path`.sha256. A file that is missing, cut short
 * or changed is made again. Written whole or not at all, also when the process dies or two of them race.
 * @returns whether the file had to be made.
 * @throws LookoutError `storage_failed` when it can't be written, and what `make` throws.
 */
export async function ensureFile(path: string, make: () => Promise<Uint8Array>): Promise<boolean> {
  if (await isIntact(path)) return false;
  const bytes = await make();
  try {
    await mkdir(dirname(path), { recursive: true });
    // The checksum first: a crash in between leaves a mismatch, which is made again.
    await writeAtomically(`${path}.sha256`, sha256(bytes));
    await writeAtomically(path, bytes);
  } catch (cause) {
    throw new LookoutError('storage_failed', `Cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
  return true;
}

/** Writes beside the target and renames, so that readers see the old file or the new one. */
export async function writeAtomically(path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, bytes, { flush: true });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function isIntact(path: string): Promise<boolean> {
  try {
    const [bytes, expected] = await Promise.all([readFile(path), readFile(`${path}.sha256`, 'utf8')]);
    return sha256(bytes) === expected.trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw new LookoutError('storage_failed', `Cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}
