import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface RunResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Longest time a program may take; ten times what any needs. */
const TIMEOUT_MS = 50_000;

/** Runs a program to its end. One that hangs is killed, and its code is null. */
export async function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<RunResult> {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
