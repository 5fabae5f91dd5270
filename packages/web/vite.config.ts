import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import subsetFont from 'subset-font';
import { build, defineConfig, type Plugin, type Rolldown } from 'vite';
import { firstVisit } from './build/chunks.ts';

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

/**
 * Requests at once what the first paint needs, but nothing in the page names: the font, and the app with the home page, which else would
 * wait for each other and for the words. Other pages use most of the home page's files as well.
 */
function preloaded(): Plugin {
  return {
    name: 'preloaded',
    apply: 'build',
    // Its licence goes with the font.
    generateBundle() {
      const licence = import.meta.resolve('@fontsource-variable/inter/LICENSE');
      this.emitFile({
        type: 'asset',
        fileName: 'assets/inter-licence.txt',
        source: readFileSync(fileURLToPath(licence)),
      });
    },
    transformIndexHtml: {
      order: 'post',
      handler: (html, { bundle = {} }) => {
        const fonts = Object.keys(bundle).filter((name) => name.endsWith('.woff2'));
        const chunks = [...filesOf(bundle, ['start', 'home-page'])].filter((name) => !html.includes(name));
        return [
          ...fonts.map((name) => ({
            rel: 'preload',
            as: 'font',
            type: 'font/woff2',
            crossorigin: true,
            href: `./${name}`,
          })),
          ...chunks.map((name) => ({ rel: 'modulepreload', crossorigin: true, href: `./${name}` })),
        ].map((attrs) => ({ tag: 'link', attrs, injectTo: 'head' as const }));
      },
    },
  };
}

/** These chunks and all that they import, by file name. */
function filesOf(bundle: Rolldown.OutputBundle, names: readonly string[]): Set<string> {
  const found = new Set<string>();
  const add = (fileName: string) => {
    const file = bundle[fileName];
    if (file?.type !== 'chunk' || found.has(fileName)) return;
    found.add(fileName);
    file.imports.forEach(add);
  };
  const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
  for (const name of names) for (const chunk of chunks) if (chunk.name === name) add(chunk.fileName);
  return found;
}

/** What is written in the languages of the pages, with what stands between words and numbers. */
const WRITTEN = [range(0x20, 0x7e), range(0xa0, 0xff), '‐‑–—‘’‚“”„•…‹›€←↑→↓−≤≥×′″ŒœŠšŽž'].join('');

/** Leaves characters and weights out of the typeface that no page uses: two fifths of its bytes. */
function smallFont(): Plugin {
  return {
    name: 'small-font',
    apply: 'build',
    async generateBundle(_options, bundle) {
      for (const asset of Object.values(bundle)) {
        if (asset.type !== 'asset' || !asset.fileName.endsWith('.woff2')) continue;
        const variationAxes = { wght: { min: 400, max: 650 } };
        asset.source = await subsetFont(Buffer.from(asset.source), WRITTEN, { targetFormat: 'woff2', variationAxes });
      }
    },
  };
}

/** All characters from one to another. */
function range(from: number, to: number): string {
  return String.fromCodePoint(...Array.from({ length: to - from + 1 }, (_, i) => from + i));
}

/** Builds the service worker as `sw.js`, where it may serve all pages: in one file, with a mark that changes with every build. */
function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    async generateBundle(_options, bundle) {
      const mark = createHash('sha256').update(Object.keys(bundle).sort().join()).digest('hex').slice(0, 12);
      const built = await build({
        configFile: false,
        publicDir: false,
        logLevel: 'warn',
        define: { BUILD: JSON.stringify(mark) },
        build: {
          write: false,
          target: 'es2022',
          lib: { entry: 'src/offline/service-worker.ts', formats: ['iife'], name: 'serviceWorker' },
        },
      });
      const [output] = Array.isArray(built) ? built : [];
      const worker = output?.output[0];
      if (worker?.type !== 'chunk') throw new Error('The service worker was not built');
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: worker.code });
    },
  };
}

const server = process.env.LOOKOUT_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  // Relative to the page's base, which is where a proxy may serve it.
  base: './',
  plugins: [react(), tailwindcss(), smallFont(), preloaded(), serviceWorker(), compressed()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The server's policy allows no data: scripts or styles; small assets stay files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          // They would take along what must run before them: the words.
          includeDependenciesRecursively: false,
          groups: [
            // A file for each icon would cost more in requests than in bytes.
            { name: 'icons', test: /node_modules\/lucide-react\// },
            // Loaded by pages that validate input, but not by the home page. Includes its imports: else it would run before them.
            {
              name: 'schemas',
              test: /node_modules\/zod\/|protocol\/dist\/(rule|phrase-text|second-look)\.|web\/src\/(lib\/schemas|rules\/model\/parts)\./,
            },
            { name: firstVisit() },
          ],
        },
      },
    },
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
