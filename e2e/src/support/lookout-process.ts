import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Camera, CameraDetailStats, CameraState, NewCamera } from '@lookout/protocol';
import { demoClip, lookoutBin } from './paths.js';
import { until } from './until.js';

export interface LookoutOptions {
  /** Cameras by URL: one `--source` each. */
  sources?: readonly string[];
  /** Analysis threads. Default 1, which is ready soonest. */
  workers?: number;
  /** Further flags. */
  args?: readonly string[];
  /** Contents of `lookout.yaml`. */
  yaml?: string;
  /** Working directory, which the caller removes; default: an empty one that is removed at the end. */
  directory?: string;
  /** Data directory to keep; default: `data` in the working directory. */
  data?: string;
  /** Default: any free one. */
  port?: number;
  /** Show the demo street while there are no cameras. Default false. */
  demo?: boolean;
  host?: string;
  /** Environment variables besides those of the user who runs the tests. */
  env?: Readonly<Record<string, string>>;
  /** Path of the demo clip; default: the one that the setup fetched. */
  demoClip?: string;
  /** The program; default: that of the checkout. */
  bin?: string;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** From the signal to the end of the process. */
  tookMs: number;
}

const MAX_OUTPUT_CHARACTERS = 2_000_000;
const START_TIMEOUT_MS = 60_000;
const END_TIMEOUT_MS = 10_000;
/** A command processes a whole video, even on slow machines. */
const COMMAND_TIMEOUT_MS = 55_000;

/** The server as its owner starts it: a separate process in an empty directory. */
export class LookoutProcess {
  readonly output: Output;
  readonly #child: ChildProcess;
  readonly #isTemporary: boolean;
  #url = '';

  private constructor(
    child: ChildProcess,
    readonly directory: string,
    readonly data: string,
    isTemporary: boolean,
  ) {
    this.#child = child;
    this.#isTemporary = isTemporary;
    this.output = new Output(child);
  }

  /** Starts it and waits until it prints its address. @throws Error with its output when it ends before that */
  static async start(options: LookoutOptions = {}): Promise<LookoutProcess> {
    const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'lookout-e2e-'));
    const data = options.data ?? join(directory, 'data');
    const args = ['--port', String(options.port ?? 0), '--data', data, '--workers', String(options.workers ?? 1)];
    if (options.host !== undefined) args.push('--host', options.host);
    if (!options.demo) args.push('--no-demo');
    for (const source of options.sources ?? []) args.push('--source', source);
    if (options.yaml !== undefined) writeFileSync(join(directory, 'lookout.yaml'), options.yaml);
    const lookout = new LookoutProcess(
      spawnLookout([...args, ...(options.args ?? [])], directory, options),
      directory,
      data,
      options.directory === undefined,
    );
    try {
      await lookout.#listening();
      return lookout;
    } catch (error) {
      await lookout.stop();
      throw error;
    }
  }

  /** `http://127.0.0.1:<port>` */
  get url(): string {
    return this.#url;
  }

  get wsUrl(): string {
    return this.#url.replace(/^http/, 'ws');
  }

  get port(): number {
    return Number(new URL(this.#url).port);
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(this.#url + path, init);
  }

  /** A JSON answer. @throws Error with the answer when it is not 2xx */
  async json<T>(path: string, init?: RequestInit): Promise<T> {
    const response = await this.fetch(path, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${init?.method ?? 'GET'} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  send<T>(method: string, path: string, body: unknown): Promise<T> {
    return this.json<T>(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  }

  addCamera(camera: Partial<NewCamera> & { url: string }): Promise<Camera> {
    return this.send<Camera>('POST', '/api/cameras', camera);
  }

  camera(id: string): Promise<Camera> {
    return this.json<Camera>(`/api/cameras/${id}`);
  }

  stats(id: string): Promise<CameraDetailStats> {
    return this.json<CameraDetailStats>(`/api/cameras/${id}/stats`);
  }

  /** The key that a first start prints in the terminal when other machines can reach the address. */
  adminKey(): Promise<string> {
    return until('the admin key is printed', () => /\blk_[\w-]{20,}/.exec(this.output.stderr)?.[0]);
  }

  /** Calls the API of a server that asks for keys, with the key of `adminKey`. @throws Error with the answer when it is not 2xx */
  async callAsAdmin<T>(method: string, path: string, body?: unknown): Promise<T> {
    const authorization = `Bearer ${await this.adminKey()}`;
    const json = body !== undefined && { 'content-type': 'application/json' };
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method,
      headers: { authorization, ...json },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Deletes all cameras, so that nothing is done for them any more. */
  removeCameras(): Promise<void> {
    return this.#removeAll('/api/cameras');
  }

  /** Deletes all that tests may have made: cameras with what was seen on them, rules and webhooks. Figures that only count go on. */
  async clear(): Promise<void> {
    for (const path of ['/api/rules', '/api/cameras', '/api/webhooks']) await this.#removeAll(path);
    await this.send('PUT', '/api/mode', { mode: 'home' });
  }

  async #removeAll(path: string): Promise<void> {
    for (const { id } of await this.json<{ id: string }[]>(path))
      await this.fetch(`${path}/${id}`, { method: 'DELETE' });
  }

  /** Waits until a camera is in this state. */
  cameraIs(id: string, state: CameraState, timeoutMs = 20_000): Promise<Camera> {
    return until(
      `camera ${id} is ${state}`,
      async () => {
        const camera = await this.camera(id);
        return camera.state === state && camera;
      },
      { timeoutMs, last: () => this.camera(id) },
    );
  }

  /** Sum of a metric's samples whose labels contain `labels`. */
  async metric(name: string, labels = ''): Promise<number> {
    const text = await (await this.fetch('/metrics')).text();
    const samples = text
      .split('\n')
      .filter((line) => (line.startsWith(`${name}{`) || line.startsWith(`${name} `)) && line.includes(labels));
    return samples.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  /** Ends it with a signal and returns how it ended; its directory remains until `stop`. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    const startedMs = performance.now();
    if (this.running) {
      const exited = once(this.#child, 'exit');
      this.#child.kill(signal);
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_TIMEOUT_MS);
      await exited;
      clearTimeout(timer);
    }
    const { exitCode: code, signalCode } = this.#child;
    return { code, signal: signalCode, tookMs: performance.now() - startedMs };
  }

  /** Ends it and removes what it left behind. Idempotent. */
  async stop(): Promise<void> {
    await this.end();
    if (this.#isTemporary) rmSync(this.directory, { recursive: true, force: true });
  }

  async #listening(): Promise<void> {
    this.#url = await until(
      'the server says where it listens',
      () => {
        const url = /Lookout is at (https?:\/\/[^\s"]+)/.exec(this.output.text)?.[1];
        if (url === undefined && !this.running) return 'ended';
        return url;
      },
      { timeoutMs: START_TIMEOUT_MS, everyMs: 20, last: () => this.output.text },
    );
    if (this.#url === 'ended') throw new Error(`The server ended with ${this.#child.exitCode}:\n${this.output.text}`);
  }
}

export interface CommandResult {
  /** The exit code, or the name of the signal that ended it. */
  code: number | NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Runs a `lookout` command to its end, e.g. `runLookout(['doctor', '--json'])`. */
export async function runLookout(
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const directory = mkdtempSync(join(tmpdir(), 'lookout-e2e-'));
  const child = spawnLookout(args, directory, env && { env });
  const output = new Output(child);
  const timer = setTimeout(() => child.kill('SIGKILL'), COMMAND_TIMEOUT_MS);
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return { code: code ?? signal, stdout: output.stdout, stderr: output.stderr };
  } finally {
    clearTimeout(timer);
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Everything a process printed, up to a limit. */
class Output {
  stdout = '';
  stderr = '';

  constructor(child: ChildProcess) {
    this.#follow(child.stdout, (text) => {
      this.stdout = (this.stdout + text).slice(-MAX_OUTPUT_CHARACTERS);
    });
    this.#follow(child.stderr, (text) => {
      this.stderr = (this.stderr + text).slice(-MAX_OUTPUT_CHARACTERS);
    });
  }

  get text(): string {
    return this.stdout + this.stderr;
  }

  #follow(stream: Readable | null, take: (text: string) => void): void {
    stream?.setEncoding('utf8').on('data', take);
  }
}

/** Settings of the user who runs the tests must not affect them. */
function spawnLookout(
  args: readonly string[],
  cwd: string,
  {
    demoClip: clip = demoClip(),
    env: given = {},
    bin = lookoutBin,
  }: Pick<LookoutOptions, 'demoClip' | 'env' | 'bin'> = {},
): ChildProcess {
  const ours = /^(LOOKOUT_|STREAMING_|MODEL_PATH$|CONFIDENCE_THRESHOLD$|DEVICE$)/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
  // Executed directly: its first line sets up Node as it does for users.
  return spawn(bin, args, {
    cwd,
    // Searches for cameras stay on this machine.
    env: { ...env, LOOKOUT_DISCOVERY_INTERFACES: 'lo', ...given, LOOKOUT_DEMO_CLIP: clip },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
