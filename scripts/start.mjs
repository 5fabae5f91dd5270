// @ts-check
import { prepare, runMain, step } from './bootstrap.mjs';

await runMain(async () => {
  await prepare({ build: 'server' });
  const { start } = await import('./dist/start.js');
  await start(process.argv.slice(2), step);
});
