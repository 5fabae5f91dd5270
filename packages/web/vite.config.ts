import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Writes each file compressed beside it, so that the server never compresses it. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle({ dir }, bundle) {
      for (const name of Object.keys(bundle).filter((each) => /\.(js|css|svg)$/.test(each))) {
        const path = join(dir!, name);
        const bytes = readFileSync(path);
        if (bytes.length < 1024) continue;
        writeFileSync(`${path}.br`, brotliCompressSync(bytes));
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  };
}

/** Requests the font together with the stylesheet that names it, so that the first paint already has it. */
function preloadedFont(): Plugin {
  return {
    name: 'preloaded-font',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle = {} }) =>
        Object.keys(bundle)
          .filter((name) => name.endsWith('.woff2'))
          .map((name) => ({
            tag: 'link',
            attrs: { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: true, href: `./${name}` },
            injectTo: 'head' as const,
          })),
    },
  };
}

const server = process.env.LOOKOUT_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  // Relative to the page's base, which is where a proxy may serve it.
  base: './',
  plugins: [react(), tailwindcss(), preloadedFont(), compressed()],
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
