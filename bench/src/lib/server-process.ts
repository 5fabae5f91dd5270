import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { monotonicMs, sleep } from './figures.js';

const bin = fileURLToPath(new URL('../../../packages/server/bin/lookout.js', import.meta.url));

export interface BenchServer {
  readonly url: string;
  readonly wsUrl: string;
  readonly pid: number;
  /** From starting the process to an answer from /healthz, ms. */
  readonly startedInMs: number;
  /** What shows other requests the key. */
  readonly headers: Record<string, string>;
  json(path: string): Promise<unknown>;
  /** @throws Error with the answer unless it succeeds */
  send(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<void>;
  /** Sum of a metric's samples whose labels contain `labels`. */
  metric(name: string, labels?: string): Promise<number>;
  stop(): Promise<void>;
}

export interface BenchCamera {
  id: string;
  /** Absent: a push camera. */
  url?: string;
  kind?: 'push';
  publish_token?: string;
  detect?: Record<string, unknown>;
}

/** A free TCP port on loopback. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/**
 * Starts the real server (on loopback unless another `host` is given) with an empty data directory and these cameras.
 * @param options.command starts it elsewhere, such as in a network namespace
 * @param options.key for requests, where this machine is not trusted
 */
export async function startServer(
  cameras: readonly BenchCamera[],
  {
    host = '127.0.0.1',
    cluster,
    command = [],
    environment = {},
    key,
    logLevel = 'warn',
    prepare,
    ...settings
  }: {
    command?: readonly string[];
    environment?: Record<string, string>;
    key?: string;
    logLevel?: string;
    /** Fills the data directory before the server starts. */
    prepare?(data: string): Promise<void>;
    model?: string;
    workers?: number;
    host?: string;
    server?: { rtmp_port: number };
    streaming?: Record<string, unknown>;
    /** Without `node_url`: other nodes reach it where the bench does. */
    cluster?: Record<string, unknown>;
    limits?: Record<string, number>;
  } = {},
): Promise<BenchServer> {
  const directory = mkdtempSync(join(tmpdir(), 'lookout-bench-'));
  const config = join(directory, 'lookout.yaml');
  const port = await freePort();
  const url = `http://${host}:${port}`;
  const shared = cluster && { cluster: { node_url: url, ...cluster } };
  writeFileSync(config, stringify({ demo: false, cameras, server: { rtmp_port: 0 }, ...settings, ...shared }));
  const data = join(directory, 'data');
  await prepare?.(data);
  const begin = monotonicMs();
  const place = ['--host', host, '--port', String(port), '--data', data, '--config', config];
  // Executed directly: its first line sets up Node as it does for users.
  const [program = '', ...args] = [...command, bin, ...place, '--log-level', logLevel];
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...environment },
  });
  const stop = async () => {
    await end(child);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await listening(url, child);
  } catch (error) {
    await stop();
    throw error;
  }
  const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const text = async (path: string) => (await fetch(url + path, { headers })).text();
  return {
    url,
    wsUrl: url.replace('http', 'ws'),
    pid: child.pid as number,
    startedInMs: monotonicMs() - begin,
    headers,
    json: async (path) => JSON.parse(await text(path)),
    send: async (method, path, body) => {
      const response = await fetch(url + path, {
        method,
        headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${method} ${path} gives ${response.status}: ${await response.text()}`);
    },
    metric: async (name, labels = '') => sumMetric(await text('/metrics'), name, labels),
    stop,
  };
}

/** Ends a child process: with SIGTERM, then by force after 5 s. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await exited;
  clearTimeout(timer);
}

async function listening(url: string, child: ChildProcess): Promise<void> {
  for (let i = 0; i < 1500; i++) {
    if (child.exitCode !== null) throw new Error(`The server ended with code ${child.exitCode}`);
    const response = await fetch(`${url}/healthz`).catch(() => undefined);
    if (response?.ok) return;
    await sleep(20);
  }
  throw new Error('The server did not listen within 30 s');
}

function sumMetric(text: string, name: string, labels: string): number {
  let sum = 0;
  for (const line of text.split('\n')) {
    if (!line.startsWith(`${name}{`) && !line.startsWith(`${name} `)) continue;
    if (labels === '' || line.includes(labels)) sum += Number(line.slice(line.lastIndexOf(' ')));
  }
  return sum;
}
