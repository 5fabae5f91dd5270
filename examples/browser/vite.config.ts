import { defineConfig } from 'vite';

const target = process.env.LOOKOUT_URL ?? 'http://127.0.0.1:8080';
const key = process.env.LOOKOUT_KEY;
// The key stays here: the page never sees it.
const headers = key ? { authorization: `Bearer ${key}` } : {};

export default defineConfig({
  cacheDir: '../../node_modules/.cache/lookout/example',
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': { target, headers },
      '/stream': { target, headers, ws: true },
    },
  },
});
