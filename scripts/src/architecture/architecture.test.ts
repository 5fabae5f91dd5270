import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkArchitecture } from './architecture.js';
import { readImports } from './source-imports.js';

const made: string[] = [];
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true });
});

/** A repository with these sources; every package of the product exists and is empty where nothing is given. */
function repository(sources: Record<string, string>): string {
  const top = mkdtempSync(join(tmpdir(), 'lookout-architecture-'));
  made.push(top);
  const files: Record<string, string> = { 'package.json': '{"workspaces":["packages/*","bench"]}' };
  for (const name of ['protocol', 'media', 'vision', 'rules', 'client', 'web', 'server']) {
    const exports = { '.': { default: './dist/index.js' }, './codec': { default: './dist/codec/index.js' } };
    files[`packages/${name}/package.json`] = JSON.stringify({ name: `@lookout/${name}`, exports });
    files[`packages/${name}/src/index.ts`] = 'export {};';
  }
  files['bench/package.json'] = '{"name":"@lookout/bench"}';
  for (const [path, text] of Object.entries({ ...files, ...sources })) {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), text);
  }
  return top;
}

const check = (sources: Record<string, string>) => checkArchitecture(repository(sources));

describe('the architecture of this repository', () => {
  it('has no breach', () => {
    expect(checkArchitecture(join(import.meta.dirname, '../../..'))).toEqual([]);
  });
});

describe('checkArchitecture', () => {
  it('lets the allowed arrows pass', () => {
    expect(
      check({
        'packages/media/src/index.ts': "export * from '@lookout/protocol/core';",
        'packages/server/src/index.ts': "import '@lookout/media';\nimport { x } from '@lookout/vision';",
        'packages/web/src/index.ts': "import '@lookout/client';",
        'bench/src/a.ts': "import '@lookout/server';\nimport 'node-av';",
      }),
    ).toEqual([]);
  });

  it.each([
    ['protocol', '@lookout/media'],
    ['media', '@lookout/vision'],
    ['vision', '@lookout/media'],
    ['rules', '@lookout/vision'],
    ['client', '@lookout/server'],
    ['web', '@lookout/server'],
    ['server', '@lookout/web'],
    ['server', '@lookout/bench'],
  ])('refuses %s → %s', (from, to) => {
    for (const statement of [
      `import { x } from '${to}';`,
      `import type { X } from '${to}';`,
      `export * from '${to}/sub';`,
      `await import('${to}');`,
    ]) {
      const breaches = check({ [`packages/${from}/src/a.ts`]: `\n${statement}` });
      expect(breaches, statement).toEqual([
        expect.stringContaining(`packages/${from}/src/a.ts:2: @lookout/${from} imports ${to}`),
      ]);
    }
  });

  it('refuses a relative import that leaves its package', () => {
    const sources = { 'packages/media/src/deep/a.ts': "import '../../../vision/src/index.js';" };
    expect(check(sources)).toEqual([expect.stringContaining('leaves packages/media')]);
    expect(check({ 'packages/media/src/deep/a.ts': "import '../../package.json';" })).toEqual([]);
  });

  it('refuses native modules outside their folder', () => {
    expect(check({ 'packages/media/src/a.ts': "import { Frame } from 'node-av';" })).toHaveLength(1);
    expect(check({ 'packages/server/src/a.ts': "import type { X } from 'onnxruntime-node';" })).toHaveLength(1);
    expect(check({ 'packages/media/src/codec/a.ts': "import 'node-av/lib';" })).toEqual([]);
    expect(check({ 'packages/media/src/a.test.ts': "import 'node-av';" })).toEqual([]);
    expect(check({ 'packages/vision/src/runtime/a.ts': "import 'onnxruntime-node';" })).toEqual([]);
  });

  it('follows what a main entry loads, into other packages too, but not types and lazy imports', () => {
    const codec = {
      'packages/media/src/codec/index.ts': "export { x } from './x.js';",
      'packages/media/src/codec/x.ts': "import 'node-av';",
    };
    expect(check({ ...codec, 'packages/media/src/index.ts': "export type * from './codec/index.js';" })).toEqual([]);
    expect(
      check({ ...codec, 'packages/media/src/index.ts': "const load = () => import('./codec/index.js');" }),
    ).toEqual([]);
    expect(check({ ...codec, 'packages/media/src/index.ts': "import './codec/index.js';" })).toEqual([
      expect.stringContaining('@lookout/media: its main entry loads node-av'),
    ]);
    expect(
      check({ ...codec, 'packages/server/src/index.ts': "import { type X } from '@lookout/media/codec';" }),
    ).toEqual([
      '@lookout/server: its main entry loads node-av: packages/server/src/index.ts → packages/media/src/codec/index.ts → packages/media/src/codec/x.ts',
    ]);
  });

  it('refuses schemas in what threads load, types and tests aside', () => {
    const load = "import { x } from '@lookout/protocol';";
    expect(check({ 'packages/media/src/a.ts': load })).toEqual([expect.stringContaining('loads all schemas')]);
    expect(check({ 'packages/media/src/a.ts': "import type { X } from '@lookout/protocol';" })).toEqual([]);
    expect(check({ 'packages/media/src/a.test.ts': load, 'packages/server/src/a.ts': load })).toEqual([]);
  });

  it('refuses Node in what runs in browsers, tests aside', () => {
    expect(check({ 'packages/protocol/src/a.ts': "import 'node:fs';" })).toHaveLength(1);
    expect(check({ 'packages/protocol/src/a.test.ts': "import 'node:fs';" })).toEqual([]);
  });

  it('refuses imports from a lower floor of a package to a higher one, tests aside', () => {
    const floors = {
      'packages/server/src/api/a.ts': "import '../pipeline/b.js';\nimport '../platform/c.js';",
      'packages/server/src/pipeline/b.ts': "import '../platform/c.js';",
      'packages/server/src/platform/c.ts': '',
      'packages/server/src/platform/c.test.ts': "import '../api/a.js';",
    };
    expect(check(floors)).toEqual([]);
    expect(
      check({
        ...floors,
        'packages/server/src/platform/c.ts': "\nimport type { X } from '../pipeline/d.js';",
        'packages/server/src/pipeline/d.ts': '',
      }),
    ).toEqual([
      'packages/server/src/platform/c.ts:2: platform imports packages/server/src/pipeline/d.ts, a floor above it',
      expect.stringContaining('folders in a cycle'),
    ]);
  });

  it('finds cycles between folders where no file is in one', () => {
    expect(
      check({
        'packages/protocol/src/a/1.ts': "import '../b/1.js';",
        'packages/protocol/src/b/1.ts': '',
        'packages/protocol/src/b/2.ts': "import '../a/2.js';",
        'packages/protocol/src/a/2.ts': '',
      }),
    ).toEqual([
      '@lookout/protocol: folders in a cycle: packages/protocol/src/a → packages/protocol/src/b → packages/protocol/src/a',
    ]);
  });

  it('finds import cycles, through folders and types', () => {
    expect(
      check({
        'packages/media/src/a.ts': "import { b } from './in/b.js';",
        'packages/media/src/in/b.ts': "import type { C } from '../c.js';",
        'packages/media/src/c.ts': "export * from './a.js';",
        'packages/media/src/d.ts': "import './a.js';",
      }),
    ).toEqual([
      '@lookout/media: import cycle: packages/media/src/a.ts → packages/media/src/in/b.ts → packages/media/src/c.ts → packages/media/src/a.ts',
      '@lookout/media: folders in a cycle: packages/media/src → packages/media/src/in → packages/media/src',
    ]);
  });
});

describe('readImports', () => {
  it('tells types, loads and lazy loads apart, with their lines', () => {
    const source = [
      "import type { A } from 'a';",
      "import { type B } from 'b';",
      "export type { C } from 'c';",
      "export * from 'd';",
      "const e = <T,>() => import('e');",
      "// import 'comment';",
      'const text = "import \'string\'";',
      "import 'f';",
    ].join('\n');
    expect(readImports('x.tsx', source)).toEqual([
      { specifier: 'a', kind: 'type', line: 1 },
      { specifier: 'b', kind: 'static', line: 2 },
      { specifier: 'c', kind: 'type', line: 3 },
      { specifier: 'd', kind: 'static', line: 4 },
      { specifier: 'e', kind: 'dynamic', line: 5 },
      { specifier: 'f', kind: 'static', line: 8 },
    ]);
  });
});
