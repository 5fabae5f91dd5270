import { tryProvider } from '@lookout/vision/detector';
import type { TrialAnswer, TrialTask } from './device-trial.js';

// Tries one execution provider, replies once, and exits.

async function run({ cpu, accelerated, provider }: TrialTask): Promise<TrialAnswer> {
  try {
    return { ok: true, trial: await tryProvider(cpu, accelerated, provider) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

process.once('message', (task: TrialTask) => {
  // Killed, since some drivers hang during an orderly shutdown.
  void run(task).then((answer) => process.send?.(answer, () => process.kill(process.pid, 'SIGKILL')));
});
