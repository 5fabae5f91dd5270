import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { end } from '../lib/server-process.js';

const entry = fileURLToPath(new URL('./node-main.js', import.meta.url));

export interface NodeTask {
  readonly name: string;
  readonly database: string;
  readonly joinSecret: string;
  readonly data: string;
  readonly cameras: readonly string[];
  /** Events per second, of all its cameras. */
  readonly perSecond: number;
  readonly seconds: number;
}

export interface NodeReport {
  fired: number;
  /** Events that it gave up, and leases. */
  lost: number;
  /** Events whose storing was acknowledged. */
  readonly created: { camera: string; number: number }[];
  /** And those whose end was. */
  ended: number;
}

export interface NodeProcess {
  begin(): void;
  /** Resolves once everything is stored. @throws Error if the process ends before */
  readonly report: Promise<NodeReport>;
  stop(): Promise<void>;
}

/** Starts a node in a process of its own, which waits until it is told to begin. */
export async function startNodeProcess(task: NodeTask): Promise<NodeProcess> {
  const child = fork(entry, [JSON.stringify(task)]);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`Node ${task.name} ended with code ${code}`);
  });
  // It is of interest only to those who wait for something.
  ended.catch(() => undefined);
  await Promise.race([once(child, 'message'), ended]);
  const report = Promise.race([once(child, 'message').then(([message]) => message as NodeReport), ended]);
  report.catch(() => undefined);
  return { begin: () => child.send('begin'), report, stop: () => end(child) };
}
