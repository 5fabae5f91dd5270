// @ts-check
import { parseArgs } from 'node:util';
import { prepare, runMain, step } from './bootstrap.mjs';

/** Ends a run that hangs: see `STEP_LIMIT_MS` of the tests. */
const MAX_MINUTES = 30;

await runMain(
  async () => {
    const { values } = parseArgs({
      options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string', default: String(Date.now()) } },
    });
    const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
    if (!(minutes > 0 && minutes <= MAX_MINUTES) || !Number.isSafeInteger(seed)) {
      throw new Error(`Expected --minutes above 0, at most ${MAX_MINUTES}, and a whole number as --seed`);
    }
    await prepare();
    process.env.LOOKOUT_FUZZ_MINUTES = String(minutes);
    // fast-check takes 32 bits.
    process.env.LOOKOUT_FUZZ_SEED = String(seed % 2 ** 31);
    const { test } = await import('./dist/test.js');
    process.exitCode = await test(['e2e/src/fuzz.test.ts'], step);
  },
  { verb: 'run the fuzz tests' },
);
