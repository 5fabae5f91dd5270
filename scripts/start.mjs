// @ts-check
import { buildPages, compile, install, runMain, step } from './bootstrap.mjs';

await runMain(async () => {
  const args = process.argv.slice(2);
  await install();
  // Only what a running server needs. `npm test` checks the types, which takes most of a compilation.
  await compile(['--noCheck', 'packages/server', 'scripts']);
  const { provideMedia } = await import('./dist/provide-media.js');
  const [{ runCli }] = await Promise.all([import('@lookout/server/cli'), buildPages(), provideMedia(args, step)]);
  await runCli(args);
});
