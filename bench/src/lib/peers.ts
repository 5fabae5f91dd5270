import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { medians, sleep } from './figures.js';

/** Of this repository. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A folder of outside probes with Python baselines in `peers/`, made ready to run. */
export interface Probes {
  readonly folder: string;
  /** The street clip that cameras show. */
  readonly clip: string;
  remove(): void;
}

/**
 * A copy that finds the WebSocket library of this repository: the folder itself may be read-only.
 * @param probe a file that must be there
 */
export function copyProbes(given: string, probe: string): Probes {
  if (!existsSync(join(given, probe))) throw new Error(`There are no probes in ${given}`);
  const folder = mkdtempSync(join(tmpdir(), 'lookout-probes-'));
  cpSync(resolve(given), folder, { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    clip: join(resolve(given), '../media/mot/PETS09-S2L1/vtest.avi'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Starts a baseline with the ONNX Runtime library that Lookout uses, one thread a session, two workers. Resolves when it listens. */
export async function startPeer(
  { folder }: Probes,
  peer: string,
  port: number,
  env: Record<string, string>,
): Promise<ChildProcess> {
  const where = [`${peer}:app`, '--host', '127.0.0.1', '--port', String(port)];
  const how = ['--loop', 'uvloop', '--http', 'httptools', '--ws', 'websockets', '--log-level', 'warning'];
  const child = spawn('/usr/bin/python3', ['-m', 'uvicorn', ...where, ...how, '--no-access-log'], {
    cwd: join(folder, 'peers'),
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
 * Measures ours and theirs in turn, so that a change of the machine's speed meets both.
 * @returns the medians of all runs, and those of each run's ratio, ours by theirs
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

/** Runs a probe to its end. @returns what its last line says */
export async function runProbe({ folder, clip }: Probes, probe: string, flags: readonly string[]): Promise<unknown> {
  const child = spawn(process.execPath, [probe, ...flags], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, STREET: clip },
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  await once(child, 'exit');
  return JSON.parse(text.trim().split('\n').at(-1) ?? '');
}

/** Resolves when something listens on the port of the loopback address. */
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
