import { fork } from 'node:child_process';
import { LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import type { ProviderTrial } from '@lookout/vision/detector';

export interface TrialTask {
  provider: string;
  /** The model as prepared for the CPU. */
  cpu: ModelInfo;
  /** The model as prepared for the provider. */
  accelerated: ModelInfo;
}

export type TrialAnswer = { ok: true; trial: ProviderTrial } | { ok: false; message: string };

/** The process runs the built file, even when this module is loaded from source. */
const processUrl = new URL(
  import.meta.url.replace('/src/', '/dist/').replace(/device-trial\.[jt]s$/, 'device-trial-process.js'),
);

/** Short reasons for ONNX Runtime's errors; other messages are reported in full. */
const KNOWN_FAILURES: ReadonlyArray<{ pattern: RegExp; reason: string }> = [
  { pattern: /Failed to get a WebGPU adapter|No supported adapters/i, reason: 'no graphics driver was found' },
  {
    pattern: /Failed to load (shared )?library|cannot open shared object/i,
    reason: 'its libraries are not installed on this machine',
  },
  { pattern: /no CUDA-capable device|CUDA driver version/i, reason: 'the NVIDIA driver is missing or too old' },
];
const MAX_DETAIL_LENGTH = 300;

/**
 * Tries an execution provider in a process of its own, since a driver may crash it.
 * @throws LookoutError `unavailable` with the reason
 */
export async function tryDevice(task: TrialTask, limitMs: number): Promise<ProviderTrial> {
  const answer = await ask(task, limitMs);
  if (answer.ok) return answer.trial;
  throw new LookoutError('unavailable', inWords(answer.message));
}

/** @param message from ONNX Runtime */
export function inWords(message: string): string {
  const reason = KNOWN_FAILURES.find(({ pattern }) => pattern.test(message))?.reason;
  return reason ?? message.replace(/\s+/g, ' ').slice(0, MAX_DETAIL_LENGTH);
}

function ask(task: TrialTask, limitMs: number): Promise<TrialAnswer> {
  return new Promise((resolve, reject) => {
    const child = fork(processUrl, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      resolve({ ok: false, message: `the trial took longer than ${Math.round(limitMs / 1000)} s` });
    }, limitMs);
    child.once('message', (answer) => resolve(answer as TrialAnswer));
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      resolve({ ok: false, message: `its driver crashed the trial process (${signal ?? `exit code ${code}`})` });
    });
    child.send(task);
  });
}
