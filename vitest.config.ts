import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

/** Other people's models and recordings are not part of the repository; tests of them are there where those lie beside it. */
const MATERIAL = join(import.meta.dirname, '../shared/models');
const exclude = [...configDefaults.exclude, ...(existsSync(MATERIAL) ? [] : ['**/*.material.test.ts'])];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.{ts,tsx}', 'scripts/src/**/*.test.ts', 'bench/src/**/*.test.ts'],
          exclude,
          // Integration tests start real peers (RTSP servers, FFmpeg, worker threads) and load models, on slow machines too.
          testTimeout: 30_000,
          hookTimeout: 60_000,
          // Much of their time they wait for peers. Vitest's own choice, one less than processors, is one after another on two.
          maxWorkers: availableParallelism() + 1,
          // Files share a process and what it has loaded, which saves half the processor time of a run. They leave nothing behind.
          isolate: false,
          // Conditions come true well before this, on busy machines too.
          expect: { poll: { timeout: 10_000, interval: 20 } },
        },
      },
      {
        test: {
          name: 'peers',
          // Other people's servers and clients, which `npm run test:peers` installs.
          include: ['e2e/peers/*.test.ts'],
          testTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          // Those of the web app have the browser alone, against the bytes of the wire contract.
          include: ['e2e/src/**/*.test.ts', 'packages/web/browser/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // One at a time: each starts a server and a browser, and measures.
          fileParallelism: false,
          // Machines are slow at times; what comes, comes well before this.
          expect: { poll: { timeout: 20_000, interval: 50 } },
        },
      },
    ],
  },
});
