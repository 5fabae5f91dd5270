// @ts-check
import { prepare, runMain, step } from './bootstrap.mjs';

await runMain(
  async () => {
    await prepare();
    const { test } = await import('./dist/test.js');
    process.exitCode = await test(process.argv.slice(2), step);
  },
  // The last line says how the run went, even when no test could run.
  { verb: 'test', onFailure: () => process.stdout.write('0 passed, 1 failed\n') },
);
