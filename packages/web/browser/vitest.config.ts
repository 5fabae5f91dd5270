import { defineConfig } from 'vitest/config';

// The page in a real browser against the bytes of the wire contract. Needs a built page, FFmpeg and Chromium:
// npm run build -w @lookout/web && npx vitest run --config packages/web/browser/vitest.config.ts
export default defineConfig({
  test: {
    include: ['packages/web/browser/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
