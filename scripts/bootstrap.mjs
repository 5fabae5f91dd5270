// @ts-check
/**
 * What must happen before any of the project's own code can run: the right Node, the dependencies, the build. Plain
 * JavaScript with no dependency, because it runs on a machine with nothing installed. Each step first looks whether it is
 * needed, and the look costs milliseconds, so that the second start is quick.
 */
import { spawn } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Least Node: what Vite and the compiled code need. */
const NODE_NEEDED = { major: 20, minor: 19 };
/** Dependencies (0.9 GB as unpacked, before pruning) and what npm keeps of their archives, in MB. */
const INSTALL_NEEDS_MB = 1300;
/** Downloaded by a first `npm ci`, in MB, measured. */
const INSTALL_DOWNLOAD_MB = 270;

/**
 * Parts of dependencies that never run on this machine: ONNX Runtime for other platforms, SQLite for another C library. Some 250 MB,
 * which matters on an SD card.
 */
const PRUNED = [
  {
    dir: 'node_modules/onnxruntime-node/bin/napi-v6',
    depth: 2,
    /** @param {string} path */
    keep: (path) => path === join(process.platform, process.arch),
  },
  {
    dir: 'node_modules/@libsql',
    depth: 1,
    /** @param {string} path */
    keep: (path) => !path.endsWith(usesGlibc() ? '-musl' : '-gnu'),
  },
];

/** A failure the person at the keyboard can mend: shown without a stack. */
export class SetupError extends Error {
  /**
   * @param {string} message what went wrong
   * @param {string} advice what to do about it
   */
  constructor(message, advice) {
    super(message);
    this.name = 'SetupError';
    this.advice = advice;
  }
}

/**
 * Runs `work`; a failure ends the process with a clear message.
 * @param {() => Promise<void>} work
 * @param {{ verb?: string, onFailure?: () => void }} [options] `verb`: what can't be done, for the message
 */
export async function runMain(work, { verb = 'start', onFailure } = {}) {
  try {
    await work();
  } catch (error) {
    const known = error instanceof Error && 'advice' in error;
    process.stderr.write(`\n${known ? `Lookout can't ${verb}: ${error.message}\n${error.advice}` : stackOf(error)}\n`);
    onFailure?.();
    process.exit(1);
  }
}

/**
 * Dependencies and build, each only where missing or outdated.
 * @param {{ build: 'server' | 'all' }} options `server`: what a running server needs; `all`: tests and benches too.
 */
export async function prepare({ build }) {
  checkNode(process.versions.node);
  if (!dependenciesInstalled()) await installDependencies();
  await buildTypeScript(build === 'server' ? ['packages/server', 'packages/web', 'scripts'] : ['tsconfig.json']);
  await buildWeb();
}

/** @param {string} version of the running Node, e.g. `20.19.1` */
export function checkNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const needed = NODE_NEEDED;
  if (major > needed.major || (major === needed.major && minor >= needed.minor)) return;
  throw new SetupError(
    `this is Node ${version}; Node ${needed.major}.${needed.minor} or newer is needed.`,
    'Get a current one from https://nodejs.org/en/download, from your distribution, or with nvm: nvm install --lts',
  );
}

/**
 * Whether node_modules holds what package-lock.json asks for, by the record npm itself leaves at the end of an install.
 * Optional packages (those of other platforms) may be missing.
 * @param {string} [top] the repository's root
 */
export function dependenciesInstalled(top = root) {
  const record = join(top, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = JSON.parse(readFileSync(join(top, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.includes('node_modules/') || entry.optional || entry.devOptional || entry.peer) continue;
    const present = installed[path];
    if (!present || present.version !== entry.version || present.link !== entry.link) return false;
  }
  return true;
}

async function installDependencies() {
  checkWritable(root);
  const freeMb = freeMegabytes(root);
  if (freeMb < INSTALL_NEEDS_MB) {
    throw new SetupError(
      `the disk has ${freeMb} MB free; the dependencies need about ${INSTALL_NEEDS_MB} MB while they install.`,
      `Free some space on the disk that holds ${root}, then run the same command again.`,
    );
  }
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const count = Object.values(lock).filter((entry) => !entry.link && !entry.optional).length;
  const progress = startProgress(
    `Installing ${count} packages (about ${INSTALL_DOWNLOAD_MB} MB to download the first time)`,
  );
  let fetched = 0;
  const { code, output } = await capture(
    ...npmCommand([
      'ci',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--no-progress',
      '--fetch-retries=2',
      '--fetch-retry-mintimeout=1000',
      '--fetch-retry-maxtimeout=5000',
      '--loglevel=http',
    ]),
    (line) => {
      if (!/npm http (fetch|cache) .*\.tgz/.test(line)) return;
      fetched++;
      progress.update(`${Math.min(fetched, count)} of ${count}`);
    },
  );
  if (code !== 0) {
    progress.fail();
    throw installFailure(output);
  }
  const prunedMb = prune();
  progress.done(prunedMb > 0 ? `removed ${prunedMb} MB this machine has no use for` : '');
}

/**
 * Turns npm's output into what happened and what to do.
 * @param {string} output of the failed `npm ci`
 */
export function installFailure(output) {
  const again = 'then run the same command again: it goes on where it stopped.';
  if (/ENOSPC/.test(output)) {
    return new SetupError('the disk is full.', `Free about ${INSTALL_NEEDS_MB} MB, ${again}`);
  }
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT/.test(output)
  ) {
    return new SetupError(
      'the npm registry cannot be reached, so the dependencies cannot be installed.',
      [
        `Check the connection (npm ping), or set a proxy or mirror (npm config set proxy … / registry …), ${again}`,
        'For a machine without any network: run it once on a connected machine of the same kind, then copy the whole folder, node_modules and dist included.',
      ].join('\n'),
    );
  }
  if (/EACCES|EPERM|EROFS/.test(output)) {
    return new SetupError(
      `no permission to write in ${root} or in npm's cache.`,
      `Give yourself the folder and the cache: sudo chown -R "$(id -un)" "${root}" ~/.npm, ${again}`,
    );
  }
  if (/\bE40[137]\b|UNABLE_TO_VERIFY|SELF_SIGNED_CERT|CERT_/.test(output)) {
    return new SetupError(
      'the npm registry or a proxy before it refused the request.',
      `Check npm config get registry, proxy and cafile, ${again}\n${lastLines(output)}`,
    );
  }
  if (/EINTEGRITY/.test(output)) {
    return new SetupError('a downloaded package is damaged.', `Clean npm's cache (npm cache clean --force), ${again}`);
  }
  return new SetupError('the dependencies could not be installed.', `npm says:\n${lastLines(output)}`);
}

/** Removes the parts of dependencies in `PRUNED`. @returns {number} MB freed */
function prune() {
  let bytes = 0;
  for (const { dir, depth, keep } of PRUNED) {
    const top = join(root, dir);
    if (!existsSync(top)) continue;
    for (const path of readdirSync(top, { recursive: true, encoding: 'utf8' })) {
      if (path.split('/').length !== depth || keep(path)) continue;
      bytes += sizeOf(join(top, path));
      rmSync(join(top, path), { recursive: true, force: true });
    }
  }
  return Math.round(bytes / 1e6);
}

/** Whether this Node runs on glibc; of Linux only, others know no such difference. */
function usesGlibc() {
  const report = /** @type {{ header?: { glibcVersionRuntime?: string } } | undefined} */ (process.report?.getReport());
  return report?.header?.glibcVersionRuntime !== undefined;
}

/** @param {string[]} projects for `tsc -b` */
async function buildTypeScript(projects) {
  const stamp = join(root, 'node_modules/.cache/lookout', `tsc-${projects[0]?.replaceAll('/', '-')}`);
  const made = ['packages/server/dist/index.js', 'packages/protocol/dist/index.js', 'scripts/dist/start.js'];
  const sources = fingerprint(
    ['packages', 'scripts', 'bench', 'e2e', 'tsconfig.base.json', 'tsconfig.json', 'node_modules/.package-lock.json'],
    /(?<!\.test)\.tsx?$|\.json$/,
  );
  if (isFresh(stamp, sources, made)) return;
  checkWritable(root);
  await buildStep('Compiling', [join(root, 'node_modules/typescript/bin/tsc'), '-b', ...projects], root);
  writeStamp(stamp, sources);
}

async function buildWeb() {
  const web = join(root, 'packages/web');
  if (!existsSync(join(web, 'index.html'))) return;
  const stamp = join(root, 'node_modules/.cache/lookout/web');
  const sources = fingerprint(
    ['packages/web', 'packages/client/src', 'packages/protocol/src', 'node_modules/.package-lock.json'],
    /(?<!\.test)\.(tsx?|css|html|svg|png|json|webmanifest)$/,
  );
  if (isFresh(stamp, sources, [webIndex()])) return;
  checkWritable(root);
  await buildStep(
    'Building the pages',
    [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'],
    web,
  );
  writeStamp(stamp, sources);
}

/** The page Vite makes, relative to the root. */
function webIndex() {
  const config = readFileSync(join(root, 'packages/web/vite.config.ts'), 'utf8');
  const outDir = /outDir:\s*'([^']+)'/.exec(config)?.[1] ?? 'dist';
  return join('packages/web', outDir, 'index.html');
}

/**
 * @param {string} title
 * @param {string[]} args of Node
 * @param {string} cwd
 */
async function buildStep(title, args, cwd) {
  const progress = startProgress(title);
  const { code, output } = await capture(process.execPath, args, {}, () => {}, cwd);
  if (code !== 0) {
    progress.fail();
    if (/ENOSPC/.test(output))
      throw new SetupError('the disk is full.', 'Free some space and run the same command again.');
    throw new SetupError(`${title.toLowerCase()} failed.`, lastLines(output, 40));
  }
  progress.done('');
}

/**
 * A text that changes when any matching file is added, removed or written: names, sizes and times, not contents, which
 * costs milliseconds.
 * @param {string[]} paths relative to the root
 * @param {RegExp} wanted
 */
function fingerprint(paths, wanted) {
  /** @type {string[]} */
  const parts = [];
  /** @param {string} path */
  const visit = (path) => {
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    if (!stat) return;
    if (stat.isFile()) {
      parts.push(`${path} ${stat.size} ${stat.mtimeMs}`);
      return;
    }
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      if (entry.isDirectory()) {
        if (!/^(dist|node_modules|\..*)$/.test(entry.name)) visit(join(path, entry.name));
      } else if (wanted.test(entry.name)) visit(join(path, entry.name));
    }
  };
  for (const path of paths) visit(path);
  return `${process.version}\n${parts.sort().join('\n')}\n`;
}

/**
 * @param {string} stamp file
 * @param {string} sources
 * @param {string[]} made files that must be there, relative to the root
 */
function isFresh(stamp, sources, made) {
  return (
    existsSync(stamp) && made.every((path) => existsSync(join(root, path))) && readFileSync(stamp, 'utf8') === sources
  );
}

/**
 * @param {string} stamp
 * @param {string} sources
 */
function writeStamp(stamp, sources) {
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, sources);
}

/**
 * A long step on the terminal: one line that counts on, or in a log one line at the start and one at the end.
 * @param {string} title
 */
export function startProgress(title) {
  const started = Date.now();
  const live = process.stderr.isTTY;
  let detail = '';
  const draw = () => process.stderr.write(`\r\x1b[K${title} … ${detail} ${seconds(started)}`);
  const timer = live ? setInterval(draw, 500) : undefined;
  if (!live) process.stderr.write(`${title} …\n`);
  /** @param {string} text */
  const end = (text) => {
    clearInterval(timer);
    process.stderr.write(`${live ? '\r\x1b[K' : ''}${title}: ${text}\n`);
  };
  return {
    /** @param {string} text */
    update: (text) => {
      detail = text;
    },
    /** @param {string} text */
    done: (text) => end(`done in ${seconds(started)}${text ? `, ${text}` : ''}`),
    fail: () => end(`failed after ${seconds(started)}`),
  };
}

/** @param {number} since */
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/**
 * The npm that runs this script, or the one on the PATH.
 * @param {string[]} args
 * @returns {[string, string[], NodeJS.ProcessEnv]}
 */
function npmCommand(args) {
  const cli = process.env.npm_execpath;
  const env = { npm_config_update_notifier: 'false' };
  return cli && /npm-cli\.c?js$/.test(cli) ? [process.execPath, [cli, ...args], env] : ['npm', args, env];
}

/**
 * Runs a program without input, its output kept (the last 64 KiB) and given line by line.
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env added to this process's
 * @param {(line: string) => void} onLine
 * @param {string} [cwd]
 * @returns {Promise<{ code: number, output: string }>}
 */
function capture(command, args, env, onLine, cwd = root) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let rest = '';
    /** @param {Buffer} chunk */
    const take = (chunk) => {
      output = (output + chunk).slice(-65_536);
      const lines = (rest + chunk).split('\n');
      rest = lines.pop()?.slice(-4096) ?? '';
      for (const line of lines) onLine(line);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', (error) => {
      reject(
        new SetupError(
          `${command} cannot be run: ${error.message}.`,
          'Node comes with npm: reinstall Node, or install npm.',
        ),
      );
    });
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** @param {string} dir */
function checkWritable(dir) {
  try {
    accessSync(dir, constants.W_OK);
  } catch {
    throw new SetupError(
      `no permission to write in ${dir}.`,
      `Run it as the folder's owner, or take it over: sudo chown -R "$(id -un)" "${dir}"`,
    );
  }
}

/** @param {string} dir */
function freeMegabytes(dir) {
  const { bavail, bsize } = statfsSync(dir);
  return Math.floor((bavail * bsize) / 1e6);
}

/** @param {string} path */
function sizeOf(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.size;
  let size = 0;
  for (const name of readdirSync(path)) size += sizeOf(join(path, name));
  return size;
}

/**
 * @param {string} output
 * @param {number} [count]
 */
function lastLines(output, count = 12) {
  const lines = output.split('\n').filter((line) => line.trim() && !/npm (http|warn EBADENGINE)/.test(line));
  return lines.slice(-count).join('\n');
}

/** @param {unknown} error */
function stackOf(error) {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
