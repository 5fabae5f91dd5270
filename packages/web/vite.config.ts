import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env.LOOKOUT_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The server's policy allows no data: scripts or styles; small assets stay files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // The publishing worker loads parts of the SDK as they are needed.
  worker: { format: 'es' },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/ws', '/stream', '/v1', '/healthz', '/readyz', '/version', '/docs', '/openapi.json', '/metrics'].map(
        (path) => [path, { target: server, ws: path === '/ws' || path === '/stream' }],
      ),
    ),
  },
});
