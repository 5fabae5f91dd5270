import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { end } from './server-process.js';

const entry = fileURLToPath(new URL('./publisher-main.js', import.meta.url));

export interface PublishersOptions {
  /** `http://…` of the server. */
  baseUrl: string;
  /** One camera each: tokens, or ids on loopback. */
  tokens: string[];
  fps: number;
  width: number;
  height: number;
  /**
   * `plain`: the wire contract's one frame in flight, ignoring `control`; `adapting`: the same, obeying it; `sdk`: the SDK's `publish()`.
   */
  kind: 'plain' | 'adapting' | 'sdk';
}

export interface PublishersReport {
  /** Pictures that the cameras took. */
  made: number;
  sent: number;
  /** Not sent because the previous one was still being sent. */
  notSent: number;
  bytes: number;
  /** `error` messages from the server. */
  errors: number;
  controls: Array<{ atMs: number; fps: number; quality: number; width?: number; reason: string }>;
  stats: Record<string, unknown>;
}

export interface Publishers {
  readonly pid: number;
  /** The latest of its reports, one per second. */
  report(): PublishersReport;
  stop(): Promise<void>;
}

/**
 * Starts a process that publishes street pictures, every frame stamped when it is made.
 * @param prefix command to start it with, such as `ShapedLink.command`
 */
export async function startPublishers(options: PublishersOptions, prefix: readonly string[] = []): Promise<Publishers> {
  const [command = process.execPath, ...args] = [...prefix, process.execPath, entry, JSON.stringify(options)];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let last: PublishersReport | undefined;
  const lines = createInterface({ input: child.stdout });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The publishers ended with code ${code}`)));
    lines.on('line', (line) => {
      last = JSON.parse(line) as PublishersReport;
      resolve();
    });
  });
  return {
    pid: child.pid as number,
    report: () => last as PublishersReport,
    stop: () => end(child),
  };
}
