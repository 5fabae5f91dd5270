// @ts-check
import { prepare, runMain, step } from './bootstrap.mjs';

await runMain(
  async () => {
    await prepare();
    const [name] = process.argv.slice(2);
    if (name !== undefined && !name.startsWith('-')) {
      const { equip } = await import('./dist/equipment.js');
      await equip(step);
    }
    // Takes its arguments from the process.
    await import('../bench/dist/main.js');
  },
  { verb: 'run the benchmark' },
);
