import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readImports } from '../architecture/source-imports.js';
import { root } from '../paths.js';

interface Packed {
  name: string;
  files: { path: string }[];
}

const names = readdirSync(join(root, 'packages'));
const read = (...path: string[]) => readFileSync(join(root, 'packages', ...path), 'utf8');
const files = new Map<string, string[]>();

beforeAll(() => {
  const workspaces = names.flatMap((name) => ['-w', `packages/${name}`]);
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', ...workspaces], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 16 << 20,
  });
  // A list, or an object by name from newer npm.
  const packed = Object.values(JSON.parse(output.toString()) as Record<string, Packed>);
  for (const { name, files: list } of packed)
    files.set(
      name.slice('@lookout/'.length),
      list.map(({ path }) => path),
    );
}, 60_000);

describe.each(names)('the npm package of %s', (name) => {
  it('has its licence and notices, and none of its tests, sources or maps', () => {
    const list = files.get(name)!;
    expect(list).toEqual(expect.arrayContaining(['LICENSE', 'NOTICE', 'README.md']));
    for (const file of ['LICENSE', 'NOTICE']) expect(read(name, file)).toBe(readFileSync(join(root, file), 'utf8'));
    const unwanted = list.filter((path) => /\.test\.|(^|\/)testing\/|^src\/.*\.tsx?$|\.map$|tsbuildinfo/.test(path));
    expect(unwanted).toEqual([]);
  });
});

describe('what the npm packages need', () => {
  const ours = names.filter((name) => name !== 'web');

  it.each(ours)('is in that of %s or installed with it', (name) => {
    const list = new Set(files.get(name));
    const { dependencies } = JSON.parse(read(name, 'package.json')) as { dependencies: Record<string, string> };
    const code = [...list].filter((path) => path.endsWith('.js'));
    expect(code.length).toBeGreaterThan(10);
    const missing = code.flatMap((path) =>
      readImports(join(root, 'packages', name, path))
        .map(({ specifier }) => specifier)
        .filter((specifier) => {
          if (specifier.startsWith('.')) return !list.has(posix.join(posix.dirname(path), specifier));
          const [scope, rest] = specifier.split('/');
          return !isBuiltin(specifier) && !((scope!.startsWith('@') ? `${scope}/${rest}` : scope!) in dependencies);
        })
        .map((specifier) => `${path}: ${specifier}`),
    );
    expect(missing).toEqual([]);
  });

  it('is the pages, the built-in model and its notices, the example pictures and the notice of the lexicon', () => {
    expect(files.get('server')).toContain('bin/lookout.js');
    expect(files.get('web')).toEqual(expect.arrayContaining(['dist/index.html', 'dist/sw.js']));
    expect(files.get('web')!.filter((path) => path.startsWith('dist/assets/')).length).toBeGreaterThan(50);
    expect(files.get('vision')).toEqual(
      expect.arrayContaining(['models/nanodet-g.onnx', 'models/LICENSE', 'models/NOTICE', 'photos/README.md']),
    );
    expect(files.get('rules')).toContain('src/lexicon/NOTICE');
    // The server finds its pages by the name of their package.
    const { dependencies } = JSON.parse(read('server', 'package.json')) as { dependencies: Record<string, string> };
    expect(dependencies).toHaveProperty('@lookout/web', '0.1.0');
  });
});
