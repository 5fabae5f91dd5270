import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { medians, sleep } from './figures.js';
import { demoClip, findMaterial, root } from './paths.js';

const PYTHON = '/usr/bin/python3';
/** Debian packages of the baselines, by the Python module that shows whether each is installed. */
const PEER_PACKAGES: Readonly<Record<string, string>> = {
  fastapi: 'python3-fastapi',
  uvicorn: 'python3-uvicorn',
  uvloop: 'python3-uvloop',
  httptools: 'python3-httptools',
  websockets: 'python3-websockets',
  cv2: 'python3-opencv',
  aiohttp: 'python3-aiohttp',
  multipart: 'python3-multipart',
};

/** A folder of external probes with Python baselines in `peers/`, ready to run. */
export interface Probes {
  readonly folder: string;
  remove(): void;
}

/**
 * Makes a copy that finds this repository's WebSocket library, since the folder itself may be read-only.
 * @param given the value of `--probes`
 * @param probe a file that must exist
 * @throws Error when the folder, the probe or a Python package of the baselines does not exist
 */
export function copyProbes(given: string | undefined, probe: string): Probes {
  const original = findMaterial(given, { what: 'a folder of probes', option: '--probes', path: 'probes' });
  if (!existsSync(join(original, probe))) throw new Error(`Expected the probe ${probe} in ${original}`);
  checkPeerPackages();
  const folder = mkdtempSync(join(tmpdir(), 'lookout-probes-'));
  cpSync(original, folder, { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** @throws Error with the command that installs what is missing */
function checkPeerPackages(): void {
  const script = 'import sys, importlib.util as u; print(*[m for m in sys.argv[1:] if u.find_spec(m) is None])';
  const { stdout, status } = spawnSync(PYTHON, ['-c', script, ...Object.keys(PEER_PACKAGES)], { encoding: 'utf8' });
  const modules = status === 0 ? stdout.split(/\s+/).filter(Boolean) : Object.keys(PEER_PACKAGES);
  if (modules.length === 0) return;
  const packages = modules.map((name) => PEER_PACKAGES[name]).join(' ');
  throw new Error(
    `The baselines run in ${PYTHON}, which lacks ${modules.join(', ')}. Install them: sudo apt-get install --no-install-recommends ${packages}`,
  );
}

/**
 * The model that both Lookout and the baselines run, an ONNX file.
 * @param given the value of `--model`
 * @throws Error when it does not exist
 */
export function findPeerModel(given: string | undefined): string {
  return findMaterial(given, {
    what: 'YOLOX-nano at 416×416, an ONNX file',
    option: '--model',
    path: 'models/yolox-nano-416.onnx',
  });
}

/**
 * Finds the baseline that has an endpoint, by its source.
 * @param endpoint as the source writes it: `/stream/sessions`
 * @returns the name of its Python module
 * @throws Error unless exactly one has it
 */
function peerWith({ folder }: Probes, endpoint: string): string {
  const sources = readdirSync(join(folder, 'peers')).filter((name) => name.endsWith('.py'));
  const [peer, ...others] = sources.filter((name) =>
    readFileSync(join(folder, 'peers', name), 'utf8').includes(`"${endpoint}"`),
  );
  if (peer === undefined || others.length > 0) {
    throw new Error(
      `Expected one Python server with ${endpoint} in peers/ of the probes, got ${others.length + (peer ? 1 : 0)}`,
    );
  }
  return basename(peer, '.py');
}

/**
 * Starts a baseline with the ONNX Runtime library that Lookout uses: one thread per session, two workers. Resolves when it listens.
 * @param endpoint that only this baseline has
 */
export async function startPeer(
  probes: Probes,
  endpoint: string,
  port: number,
  env: Record<string, string>,
): Promise<ChildProcess> {
  const where = [`${peerWith(probes, endpoint)}:app`, '--host', '127.0.0.1', '--port', String(port)];
  const how = ['--loop', 'uvloop', '--http', 'httptools', '--ws', 'websockets', '--log-level', 'warning'];
  const child = spawn(PYTHON, ['-m', 'uvicorn', ...where, ...how, '--no-access-log'], {
    cwd: join(probes.folder, 'peers'),
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      BACKEND: 'ort',
      THREADS: '1',
      WORKERS: '2',
      ORT_LIB: join(root, `node_modules/onnxruntime-node/bin/napi-v6/linux/${process.arch}/libonnxruntime.so.1`),
      ...env,
    },
  });
  try {
    await answering(port);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return child;
}

/**
 * Measures ours and theirs alternately, so that a change of the machine's speed affects both.
 * @returns the medians of all runs, and of each run's ratio, ours to theirs
 */
export async function inTurn<T extends Record<keyof T, number>>(
  runs: number,
  measureOurs: () => Promise<T>,
  measureTheirs: () => Promise<T>,
): Promise<{ ours: T; theirs: T; ratio: T }> {
  const ours: T[] = [];
  const theirs: T[] = [];
  for (let i = 0; i < runs; i++) {
    ours.push(await measureOurs());
    theirs.push(await measureTheirs());
  }
  const ratios = ours.map((one, i) => ratioOf(one, theirs[i]!));
  return { ours: medians(ours), theirs: medians(theirs), ratio: medians(ratios) };
}

function ratioOf<T extends Record<keyof T, number>>(ours: T, theirs: T): T {
  const names = Object.keys(ours) as (keyof T)[];
  return Object.fromEntries(names.map((name) => [name, ours[name] / theirs[name]])) as T;
}

/** Runs a probe to its end. @returns the JSON of its last line */
export async function runProbe({ folder }: Probes, probe: string, flags: readonly string[]): Promise<unknown> {
  const child = spawn(process.execPath, [probe, ...flags], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, STREET: demoClip },
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  await once(child, 'exit');
  return JSON.parse(text.trim().split('\n').at(-1) ?? '');
}

/** Resolves when something listens on the port on loopback. */
export async function answering(port: number): Promise<void> {
  for (let i = 0; i < 300; i++) {
    const open = await new Promise<boolean>((done) => {
      const socket = connect(port, '127.0.0.1', () => done(true)).on('error', () => done(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await sleep(100);
  }
  throw new Error(`Nothing listens on port ${port} after 30 s`);
}
