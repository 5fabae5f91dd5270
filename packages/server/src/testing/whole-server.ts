import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { startServer } from '../main.js';
import { type FlagValues, loadSettings } from '../platform/config/settings.js';
import type { RunningServer } from '../running-server.js';

export interface Answer<T> {
  status: number;
  text: string;
  /** Undefined if the text is not JSON. */
  body: T;
}

export interface WholeServer {
  readonly url: string;
  readonly wsUrl: string;
  /** The admin key of the first start, if the server requires keys. */
  readonly firstKey: string | undefined;
  /** The permission each route requires. */
  readonly permissions: RunningServer['permissions'];
  /** A temporary folder, used as `data` and working directory; removed by `close`. */
  readonly directory: string;
  /** Every line it logged. */
  readonly log: readonly string[];
  call<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
  /** An open socket. */
  connect(path: string): Promise<WebSocket>;
  /** Restarts the server on the same data, at another port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** The whole server in this process, on loopback; without demo camera and with one worker unless `env` sets otherwise. */
/** Searches for cameras stay on this machine. */
const ON_LOOPBACK = { LOOKOUT_DISCOVERY_INTERFACES: 'lo' };

export async function startWholeServer(
  options: {
    env?: Record<string, string>;
    flags?: FlagValues;
    logLevel?: string;
    prepare?(directory: string): void;
  } = {},
): Promise<WholeServer> {
  const { env, flags, logLevel = 'silent', prepare } = options;
  const directory = mkdtempSync(join(tmpdir(), 'lookout-server-'));
  const log: string[] = [];
  const start = (): Promise<RunningServer> => {
    const settings = loadSettings({
      env: {
        LOOKOUT_PORT: '0',
        LOOKOUT_DATA: directory,
        LOOKOUT_NO_DEMO: '1',
        LOOKOUT_WORKERS: '1',
        ...ON_LOOPBACK,
        ...env,
      },
      ...(flags && { flags }),
      cwd: directory,
    });
    return startServer(settings, pino({ level: logLevel }, { write: (line) => void log.push(line) }));
  };
  const removeDirectory = () => rmSync(directory, { recursive: true, force: true });
  let server: RunningServer;
  try {
    prepare?.(directory);
    server = await start();
  } catch (error) {
    removeDirectory();
    throw error;
  }
  const whole: WholeServer = {
    directory,
    log,
    get permissions() {
      return server.permissions;
    },
    get url() {
      return server.url;
    },
    get wsUrl() {
      return server.url.replace(/^http/, 'ws');
    },
    get firstKey() {
      return server.firstKey;
    },
    async call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const json: Record<string, string> = body === undefined ? {} : { 'Content-Type': 'application/json' };
      const response = await fetch(server.url + path, {
        method,
        headers: { ...json, ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, text, body: (/^[[{]/.test(text) ? JSON.parse(text) : undefined) as T };
    },
    async connect(path) {
      const socket = new WebSocket(whole.wsUrl + path);
      await opened(socket);
      return socket;
    },
    async restart() {
      await server.close();
      server = await start();
    },
    async close() {
      await server.close();
      removeDirectory();
    },
  };
  return whole;
}

/** @throws Error with the status and the text of a refused upgrade. */
export function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve()).once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => reject(new Error(`${response.statusCode} ${body}`)));
    });
  });
}

/** Waits for a condition, limited only by the test's own timeout. */
export async function until(condition: () => unknown): Promise<void> {
  while (!(await condition())) await sleep(20);
}
