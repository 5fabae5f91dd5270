import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// The page in a real browser against the bytes of the wire contract. Needs a built page, FFmpeg and Chromium:
// npm run build -w @lookout/web && npm run test:browser -w @lookout/web
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: {
    include: ['*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
