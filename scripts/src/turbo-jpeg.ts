import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackDebianPackage } from './debian-archive.js';
import type { Step } from './progress.js';
import { matchesSomeFile } from './system-packages.js';

const LIBRARY = 'libturbojpeg.so.0';
const INSTALLED_AT = ['/usr/lib/*/', '/usr/lib/', '/usr/lib64/', '/usr/local/lib/'].map((folder) => folder + LIBRARY);
/** Debian's name for its package, and Ubuntu's. */
const PACKAGES = ['libturbojpeg0', 'libturbojpeg'];
/** Records that it was unavailable, so that not every start waits for a missing network. */
const FAILED = 'libturbojpeg-not-found';
const RETRY_AFTER_MS = 24 * 3600_000;

export interface TurboJpegOptions {
  /** Where the system may have it; tests pass their own. */
  installedAt?: readonly string[];
  /** Puts the library at a path, or rejects with the reason; tests pass their own. Absent: from Debian's archive. */
  fetch?: (path: string) => Promise<void>;
}

/**
 * Provides libjpeg-turbo, which decodes and encodes JPEGs faster than FFmpeg, and as nearly everybody who trains models does: the system's
 * own, or else one unpacked into `directory`. Optional: never throws.
 * @returns the path of the one in `directory`, if that is to be used
 */
export async function provideTurboJpeg(
  directory: string,
  step: Step,
  { installedAt = INSTALLED_AT, fetch = fromDebianArchive }: TurboJpegOptions = {},
): Promise<string | undefined> {
  if (installedAt.some(matchesSomeFile)) return undefined;
  const path = join(directory, LIBRARY);
  if (await ageMs(path)) return path;
  const failed = join(directory, FAILED);
  if (((await ageMs(failed)) ?? RETRY_AFTER_MS) < RETRY_AFTER_MS) return undefined;
  try {
    await mkdir(directory, { recursive: true });
    await step('Getting libjpeg-turbo (0.2 MB)', () => fetch(path));
    return path;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(
      `JPEGs are decoded and encoded by FFmpeg, which takes longer, because libjpeg-turbo is unavailable (${reason}).\n`,
    );
    await writeFile(failed, reason).catch(() => {});
    return undefined;
  }
}

async function fromDebianArchive(path: string): Promise<void> {
  const reasons: string[] = [];
  for (const name of PACKAGES) {
    try {
      return await unpackDebianPackage(name, `*/${LIBRARY}.*`, (directory) => copyLibrary(directory, path));
    } catch (error) {
      reasons.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(reasons.join('; '));
}

async function copyLibrary(directory: string, path: string): Promise<void> {
  const found = (await readdir(directory, { recursive: true })).find((file) => file.includes(`/${LIBRARY}.`));
  if (found === undefined) throw new Error(`the package has no ${LIBRARY}`);
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await copyFile(join(directory, found), temporary);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Undefined if there is no such file. */
async function ageMs(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found && Math.max(Date.now() - found.mtimeMs, 1);
}
