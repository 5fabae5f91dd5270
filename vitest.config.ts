import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

/** Tests wait for peers half of their time: twice as many at once as there are processors. */
const WORKERS = 2 * availableParallelism();

/** Other people's models and recordings are not part of the repository; tests of them are there where those lie beside it. */
const MATERIAL = join(import.meta.dirname, '../shared/models');
const exclude = [...configDefaults.exclude, ...(existsSync(MATERIAL) ? [] : ['**/*.material.test.ts'])];

/** Files share a process and what it has loaded, which saves half the processor time of a run. They leave nothing behind. */
const isolate = false;

/** Other packages are imported as built, and by Node itself: Vite would transform each of their files once more. */
const server = { deps: { external: [/\/packages\/[^/]+\/dist\//] } };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.{ts,tsx}', 'scripts/src/**/*.test.ts', 'bench/src/**/*.test.ts'],
          exclude,
          globalSetup: ['packages/server/src/testing/shared-postgres.ts'],
          setupFiles: ['packages/web/src/strings/testing/english.ts'],
          // Integration tests start real peers (RTSP servers, FFmpeg, worker threads) and load models, on slow machines too.
          testTimeout: 30_000,
          hookTimeout: 60_000,
          maxWorkers: WORKERS,
          isolate,
          server,
          // Conditions come true well before this, on busy machines too.
          expect: { poll: { timeout: 10_000, interval: 20 } },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/src/*.test.ts', 'e2e/src/browser/*.test.ts'],
          exclude,
          globalSetup: ['e2e/src/support/shared-browser.ts', 'e2e/src/support/shared-servers.ts'],
          setupFiles: ['e2e/src/support/stop-kept.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: WORKERS,
          isolate,
          server,
          // Machines are slow at times; what comes, comes well before this.
          expect: { poll: { timeout: 20_000, interval: 50 } },
        },
      },
      {
        test: {
          name: 'peers',
          // Other people's servers and clients, which `npm run test:peers` installs.
          include: ['e2e/peers/*.test.ts'],
          globalSetup: ['e2e/src/support/shared-browser.ts'],
          setupFiles: ['e2e/src/support/stop-kept.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
