import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { readImports, type SourceImport } from './source-imports.js';

/** One workspace with its parsed sources. */
export interface SourcePackage {
  /** As other packages import it, e.g. `@lookout/media`. */
  readonly name: string;
  /** Relative to the repository, e.g. `packages/media`. */
  readonly dir: string;
  /** `exports` of its package.json: subpath (`.`, `./codec`) to source file, relative to the repository. */
  readonly entries: ReadonlyMap<string, string>;
  readonly files: readonly SourceFile[];
}

export interface SourceFile {
  /** Relative to the repository. */
  readonly path: string;
  readonly imports: readonly SourceImport[];
}

/** Reads and parses `src` of every workspace below `top`. */
export function readSourceTree(top: string): SourcePackage[] {
  const { workspaces } = readJson(join(top, 'package.json')) as { workspaces: string[] };
  return workspaces.flatMap((pattern) => expand(top, pattern)).map((dir) => readPackage(top, dir));
}

/** The file that a relative import refers to, relative to the repository; `undefined` if there is none. */
export function resolveRelative(top: string, from: string, specifier: string): string | undefined {
  const target = join(dirname(from), specifier);
  const candidates = [
    target.replace(/\.js$/, '.ts'),
    target.replace(/\.jsx?$/, '.tsx'),
    target,
    `${target}.ts`,
    `${target}.tsx`,
  ];
  return candidates.find((path) => /\.\w+$/.test(path) && existsSync(join(top, path)));
}

function readPackage(top: string, dir: string): SourcePackage {
  const manifest = readJson(join(top, dir, 'package.json')) as {
    name: string;
    exports?: Record<string, { default: string }>;
  };
  const entries = Object.entries(manifest.exports ?? {}).map(([subpath, target]): [string, string] => [
    subpath,
    join(dir, target.default.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts')),
  ]);
  return { name: manifest.name, dir, entries: new Map(entries), files: sourceFiles(top, join(dir, 'src')) };
}

function sourceFiles(top: string, dir: string): SourceFile[] {
  if (!existsSync(join(top, dir))) return [];
  return readdirSync(join(top, dir), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
    .sort()
    .map((name) => join(dir, name))
    .map((path) => ({ path, imports: readImports(join(top, path)) }));
}

function expand(top: string, pattern: string): string[] {
  if (!pattern.endsWith('/*')) return [pattern];
  const parent = pattern.slice(0, -2);
  return readdirSync(join(top, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(top, parent, entry.name, 'package.json')))
    .map((entry) => relative(top, join(top, parent, entry.name)));
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
