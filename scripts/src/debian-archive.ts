import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const APT_TIMEOUT_MS = 300_000;

/**
 * Extracts a file from a Debian package without installing it; needs no root.
 * @param pattern of the wanted file, for `tar --wildcards`.
 * @param use receives the folder that contains it, at any depth; the folder is removed afterwards.
 * @throws Error when there is no such package, no network, or the system is not Debian
 */
export async function unpackDebianPackage<T>(
  name: string,
  pattern: string,
  use: (directory: string) => Promise<T>,
): Promise<T> {
  if (!existsSync('/usr/bin/apt-get') || !existsSync('/usr/bin/dpkg-deb')) throw new Error('this is not Debian');
  const scratch = await mkdtemp(join(tmpdir(), 'lookout-package-'));
  try {
    const archive = await downloadArchive(scratch, name);
    const unpacked = join(scratch, 'unpacked');
    await mkdir(unpacked);
    // `--occurrence` ends at the first match, instead of unpacking 96 MB to their end for the demo clip.
    const script = 'dpkg-deb --fsys-tarfile "$1" | tar -x --occurrence --wildcards "$2"';
    await execute('sh', ['-c', script, 'sh', archive, pattern], unpacked);
    return await use(unpacked);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Uses package lists of its own if the system has none. */
async function downloadArchive(scratch: string, name: string): Promise<string> {
  const quiet = ['-q', '-o', 'APT::Sandbox::User=', '-o', 'Acquire::Retries=2'];
  try {
    await execute('apt-get', [...quiet, 'download', name], scratch);
  } catch {
    const own = ['-o', `Dir::State::lists=${scratch}/lists`, '-o', `Dir::Cache=${scratch}/cache`];
    await mkdir(join(scratch, 'lists/partial'), { recursive: true });
    await mkdir(join(scratch, 'cache/archives/partial'), { recursive: true });
    await execute('apt-get', [...quiet, ...own, 'update'], scratch);
    await execute('apt-get', [...quiet, ...own, 'download', name], scratch);
  }
  const archive = (await readdir(scratch)).find((file) => file.endsWith('.deb'));
  if (!archive) throw new Error('apt-get downloaded no package');
  return join(scratch, archive);
}

async function execute(command: string, args: string[], cwd: string): Promise<void> {
  try {
    await promisify(execFile)(command, args, { cwd, timeout: APT_TIMEOUT_MS });
  } catch (error) {
    const reason = /^E: (.+)$/m.exec(String((error as { stderr?: unknown }).stderr))?.[1];
    throw reason === undefined ? error : new Error(`${command}: ${reason}`);
  }
}
