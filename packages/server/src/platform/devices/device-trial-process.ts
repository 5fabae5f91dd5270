import { tryProvider } from '@lookout/vision/detector';
import type { TrialAnswer, TrialTask } from './device-trial.js';

// Tries one execution provider, answers once, and ends.

async function run({ cpu, accelerated, provider }: TrialTask): Promise<TrialAnswer> {
  try {
    return { ok: true, trial: await tryProvider(cpu, accelerated, provider) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

process.once('message', (task: TrialTask) => {
  // Ended by force: some drivers hang when they are to let go in order.
  void run(task).then((answer) => process.send?.(answer, () => process.kill(process.pid, 'SIGKILL')));
});
