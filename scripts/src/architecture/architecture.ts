import { dirname } from 'node:path';
import { readSourceTree, resolveRelative, type SourceFile, type SourcePackage } from './source-tree.js';

/** Which of our packages each package may import. Workspaces that are not listed (scripts, bench, e2e) may import any. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  '@lookout/protocol': [],
  '@lookout/media': ['@lookout/protocol'],
  '@lookout/vision': ['@lookout/protocol'],
  '@lookout/rules': ['@lookout/protocol'],
  '@lookout/client': ['@lookout/protocol'],
  '@lookout/web': ['@lookout/client', '@lookout/protocol'],
  '@lookout/server': ['@lookout/protocol', '@lookout/media', '@lookout/vision', '@lookout/rules', '@lookout/client'],
};

/** Native modules, with the only folders in `packages/` whose files may import them. */
const NATIVE: Readonly<Record<string, readonly string[]>> = {
  'node-av': ['packages/media/src/codec/', 'packages/media/src/capture/'],
  koffi: ['packages/media/src/codec/', 'packages/server/src/cli/exit/exit-now.ts'],
  'onnxruntime-node': ['packages/vision/src/runtime/'],
};

/** Layers of a package, from the bottom: each may import those below it. Folders not listed may import all. */
const FLOORS: Readonly<Record<string, readonly string[]>> = {
  '@lookout/server': ['platform', 'pipeline', 'api'],
};

/** Packages that threads load, one for each camera and worker. Of `@lookout/protocol` they load the core alone: all schemas take 150 ms. */
const CORE_ALONE = ['@lookout/media', '@lookout/vision'];

/** Folders whose code also runs in browsers. */
const NO_NODE = ['packages/protocol/', 'packages/web/'];

/**
 * Every violation of the architecture in the repository at `top`, one line each with file and line number: an import between packages that
 * is not allowed, a relative import that leaves its package, native code imported outside its folder or loaded by a package's main entry,
 * Node in code that runs in browsers, schemas loaded where threads need none, an import from a lower layer of a package to a higher one, a cycle between the files of a package or
 * between its folders.
 */
export function checkArchitecture(top: string): string[] {
  const packages = readSourceTree(top);
  return [
    ...packages.flatMap((pkg) => pkg.files.flatMap((file) => checkFile(pkg, file))),
    ...packages.flatMap((pkg) => checkMainEntry(top, packages, pkg)),
    ...packages.flatMap((pkg) => checkFloors(top, pkg)),
    ...packages.flatMap((pkg) => findFileCycles(top, pkg)),
    ...packages.flatMap((pkg) => findFolderCycles(top, pkg)),
  ];
}

function checkFile(pkg: SourcePackage, file: SourceFile): string[] {
  const breaches: string[] = [];
  for (const { specifier, kind, line } of file.imports) {
    const at = `${file.path}:${line}`;
    if (specifier.startsWith('.')) {
      const depth = file.path.split('/').length - pkg.dir.split('/').length - 1;
      const ups = specifier.split('/').filter((part) => part === '..').length;
      if (ups > depth) breaches.push(`${at}: "${specifier}" leaves ${pkg.dir}; import the other package by its name`);
      continue;
    }
    const name = packageOf(specifier);
    const allowed = ARROWS[pkg.name];
    if (allowed && name.startsWith('@lookout/') && !allowed.includes(name)) {
      const may = allowed.length > 0 ? `only ${allowed.join(', ')}` : 'none of our packages';
      breaches.push(`${at}: ${pkg.name} imports ${name}; it may import ${may}`);
    }
    const folders = NATIVE[name];
    // Tests may compare results with the native part.
    const product = file.path.startsWith('packages/') && !isTest(file.path);
    if (folders && product && !folders.some((folder) => file.path.startsWith(folder))) {
      breaches.push(`${at}: imports ${name}; only ${folders.join(' and ')} may`);
    }
    if (specifier === '@lookout/protocol' && kind === 'static' && product && CORE_ALONE.includes(pkg.name)) {
      breaches.push(`${at}: loads all schemas; import @lookout/protocol/core, or types alone`);
    }
    if (name.startsWith('node:') && !isTest(file.path) && NO_NODE.some((folder) => file.path.startsWith(folder))) {
      breaches.push(`${at}: imports ${name}; ${pkg.name} runs in browsers`);
    }
  }
  return breaches;
}

/** Follows everything that a package's main entry loads from our own packages, and reports paths to native code. */
function checkMainEntry(top: string, packages: readonly SourcePackage[], pkg: SourcePackage): string[] {
  const entry = pkg.entries.get('.');
  if (!entry) return [];
  const files = new Map(packages.flatMap(({ files }) => files.map((file) => [file.path, file])));
  const cameFrom = new Map<string, string | undefined>([[entry, undefined]]);
  const breaches: string[] = [];
  // Iterating a Map includes entries that are added meanwhile.
  for (const path of cameFrom.keys()) {
    for (const { specifier, kind } of files.get(path)?.imports ?? []) {
      if (kind !== 'static') continue;
      if (packageOf(specifier) in NATIVE) {
        breaches.push(`${pkg.name}: its main entry loads ${specifier}: ${wayTo(path, cameFrom).join(' → ')}`);
      }
      const target = specifier.startsWith('.') ? resolveRelative(top, path, specifier) : entryFile(packages, specifier);
      if (target && !cameFrom.has(target)) cameFrom.set(target, path);
    }
  }
  return breaches;
}

function wayTo(path: string, cameFrom: ReadonlyMap<string, string | undefined>): string[] {
  const before = cameFrom.get(path);
  return before === undefined ? [path] : [...wayTo(before, cameFrom), path];
}

/** One line per import from a lower layer to a higher one. */
function checkFloors(top: string, pkg: SourcePackage): string[] {
  const floors = FLOORS[pkg.name] ?? [];
  const floorOf = (path: string) => floors.indexOf(path.slice(`${pkg.dir}/src/`.length).split('/')[0] ?? '');
  return pkg.files.flatMap((file) => {
    if (isTest(file.path) || floorOf(file.path) < 0) return [];
    return importsOf(top, file)
      .filter(({ target }) => !isTest(target) && floorOf(target) > floorOf(file.path))
      .map(
        ({ line, target }) => `${file.path}:${line}: ${floors[floorOf(file.path)]} imports ${target}, a floor above it`,
      );
  });
}

/** One line per cycle between files, including type imports: a file in a cycle can't be understood or moved on its own. */
function findFileCycles(top: string, pkg: SourcePackage): string[] {
  const targets = new Map(pkg.files.map((file) => [file.path, importsOf(top, file).map(({ target }) => target)]));
  return findCycles(targets).map((cycle) => `${pkg.name}: import cycle: ${cycle.join(' → ')}`);
}

/** One line per cycle between folders, without tests: folders in a cycle are really one folder. */
function findFolderCycles(top: string, pkg: SourcePackage): string[] {
  const targets = new Map<string, string[]>();
  for (const file of pkg.files.filter(({ path }) => !isTest(path))) {
    const folder = dirname(file.path);
    const others = importsOf(top, file)
      .map(({ target }) => dirname(target))
      .filter((other) => other !== folder);
    targets.set(folder, [...new Set([...(targets.get(folder) ?? []), ...others])]);
  }
  return findCycles(targets).map((cycle) => `${pkg.name}: folders in a cycle: ${cycle.join(' → ')}`);
}

/** The files of the same package that a file imports. */
function importsOf(top: string, { path, imports }: SourceFile): Array<{ line: number; target: string }> {
  return imports.flatMap(({ specifier, line }) => {
    const target = specifier.startsWith('.') ? resolveRelative(top, path, specifier) : undefined;
    return target === undefined ? [] : [{ line, target }];
  });
}

function findCycles(targets: ReadonlyMap<string, readonly string[]>): string[][] {
  const done = new Set<string>();
  const cycles: string[][] = [];
  const visit = (node: string, trail: readonly string[]) => {
    const start = trail.indexOf(node);
    if (start >= 0) {
      cycles.push([...trail.slice(start), node]);
      return;
    }
    if (done.has(node)) return;
    for (const target of targets.get(node) ?? []) visit(target, [...trail, node]);
    done.add(node);
  };
  for (const node of targets.keys()) visit(node, []);
  return cycles;
}

/** `@lookout/media/codec` → `@lookout/media`, `node:fs/promises` → `node:fs/promises`, `zod/v4` → `zod`. */
function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function entryFile(packages: readonly SourcePackage[], specifier: string): string | undefined {
  const name = packageOf(specifier);
  return packages.find((pkg) => pkg.name === name)?.entries.get(`.${specifier.slice(name.length)}`);
}

function isTest(path: string): boolean {
  return /\.test\.tsx?$|\/testing\//.test(path);
}
