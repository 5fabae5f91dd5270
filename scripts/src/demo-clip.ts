import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { unpackDebianPackage } from './debian-archive.js';

/**
 * The demo camera's clip: `vtest.avi` from OpenCV's samples (a pedestrian precinct, 768×576, 795 frames at 10 fps). It is not part of this
 * repository, but is fetched from Debian's `opencv-doc` or from OpenCV's own repository.
 */
export const DEMO_CLIP = {
  name: 'vtest.avi',
  bytes: 8_131_690,
  sha256: '45cddc9490be69345cbdab64ca583be65987e864ca408038e648db99e10516cf',
} as const;

const URL = 'https://raw.githubusercontent.com/opencv/opencv/4.x/samples/data/vtest.avi';
const PACKAGE = 'opencv-doc';
const INSTALLED_PATHS = [
  '/usr/share/doc/opencv-doc/examples/data/vtest.avi',
  '/usr/share/doc/opencv-doc/examples/data/vtest.avi.gz',
];
/** Time limit for the first answer: a network that drops packets must not delay the start for long. */
const CONNECT_TIMEOUT_MS = 5000;
const DOWNLOAD_TIMEOUT_MS = 120_000;

export interface DemoClipSource {
  readonly name: string;
  fetch(): Promise<Uint8Array>;
}

/** No source had the clip. `message` gives the reason for each on one line. */
export class DemoClipUnavailable extends Error {
  readonly advice =
    `Connect the machine to a network once, or put ${DEMO_CLIP.name} of OpenCV's samples into .lookout/demo/.`;
}

/** Path of the clip, if it is there completely. It was verified when it was written, so checking its size is enough. */
export async function findDemoClip(directory: string): Promise<string | undefined> {
  const path = join(directory, DEMO_CLIP.name);
  const found = await stat(path).catch(() => undefined);
  return found?.size === DEMO_CLIP.bytes ? path : undefined;
}

/**
 * Puts the clip into `directory`, unless it is there: from an installed `opencv-doc`, from OpenCV's repository, or from the Debian package
 * without installing it. Written completely or not at all, and only with the right checksum.
 * @returns its path
 * @throws DemoClipUnavailable
 */
export async function prepareDemoClip(
  directory: string,
  sources: readonly DemoClipSource[] = [fromInstalledPackage, fromRepository, fromDebianArchive],
): Promise<string> {
  const there = await findDemoClip(directory);
  if (there) return there;
  const reasons: string[] = [];
  for (const source of sources) {
    try {
      const bytes = await source.fetch();
      const sum = createHash('sha256').update(bytes).digest('hex');
      if (sum !== DEMO_CLIP.sha256) throw new Error(`not the expected file (sha256 ${sum.slice(0, 12)}…)`);
      return await write(join(directory, DEMO_CLIP.name), bytes);
    } catch (error) {
      reasons.push(`${source.name}: ${reasonOf(error)}`);
    }
  }
  throw new DemoClipUnavailable(reasons.join('; '));
}

async function write(path: string, bytes: Uint8Array): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, bytes, { flush: true });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
  return path;
}

export const fromInstalledPackage: DemoClipSource = {
  name: `installed ${PACKAGE}`,
  async fetch() {
    const path = INSTALLED_PATHS.find((candidate) => existsSync(candidate));
    if (!path) throw new Error('not there');
    return readClip(path);
  },
};

export const fromRepository: DemoClipSource = {
  name: 'github.com/opencv/opencv',
  fetch: () => download(URL),
};

/** @throws when the server does not answer in time, answers with an error, or sends more bytes than the clip has. */
export async function download(url: string): Promise<Uint8Array> {
  const connect = new AbortController();
  const timer = setTimeout(() => connect.abort(new Error('no answer')), CONNECT_TIMEOUT_MS);
  const signal = AbortSignal.any([connect.signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS)]);
  const response = await fetch(url, { signal }).finally(() => clearTimeout(timer));
  if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
  const chunks: Uint8Array[] = [];
  let received = 0;
  for await (const chunk of response.body) {
    received += chunk.byteLength;
    if (received > DEMO_CLIP.bytes) throw new Error('larger than expected');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, received);
}

export const fromDebianArchive: DemoClipSource = {
  name: `Debian package ${PACKAGE}`,
  async fetch() {
    return unpackDebianPackage(PACKAGE, '*/vtest.avi*', async (directory) => {
      const unpacked = (await readdir(directory, { recursive: true })).find((path) =>
        /\/vtest\.avi(\.gz)?$/.test(path),
      );
      if (!unpacked) throw new Error('the package has no vtest.avi');
      return readClip(join(directory, unpacked));
    });
  },
};

/** The clip's bytes from a file that may be gzipped. */
async function readClip(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path);
  return path.endsWith('.gz') ? gunzipSync(bytes, { maxOutputLength: DEMO_CLIP.bytes }) : bytes;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // `fetch` hides the reason (ENOTFOUND, ECONNREFUSED …) in the cause.
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  return code ?? error.message;
}
