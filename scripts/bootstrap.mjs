// @ts-check
/**
 * What must happen before the project's own code can run: the right Node, the dependencies, the build. Plain JavaScript
 * without dependencies, because it runs on a machine with nothing installed.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What Vite and the compiled code need. */
const MIN_NODE = { major: 20, minor: 19 };
/** Disk space for the unpacked dependencies (0.9 GB before trimming) and npm's cache of their archives, in MB. */
const INSTALL_NEEDS_MB = 1300;
/** Downloaded by a first `npm ci`, in MB, measured. */
const INSTALL_DOWNLOAD_MB = 270;

/** A failure that the user can fix: shown without a stack trace. */
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

const AGAIN = 'then run the same command again.';

/**
 * Known reasons for a failed install or build: what npm, TypeScript, Vite or Node print, what happened, what to do. The first match
 * counts.
 * @type {[RegExp, string, string][]}
 */
const KNOWN_FAILURES = [
  [/ENOSPC/, 'the disk is full.', `A first start needs ${INSTALL_NEEDS_MB} MB. Free some space, ${AGAIN}`],
  [
    /EACCES|EPERM|EROFS/,
    `no permission to write in ${root} or in npm's cache.`,
    `Take ownership (sudo chown -R "$(id -un)" "${root}" ~/.npm), ${AGAIN}`,
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT/,
    'the npm registry cannot be reached, so the dependencies cannot be installed.',
    `Check the connection (npm ping) or set a proxy or mirror (npm config set proxy … / registry …), ${AGAIN}
For a machine without network: run it once on a connected machine of the same kind, then copy the whole folder, node_modules and dist included.`,
  ],
  [
    /\bE40[137]\b|UNABLE_TO_VERIFY|SELF_SIGNED_CERT|CERT_/,
    'the npm registry, or a proxy in front of it, refused the request.',
    `Check npm config get registry, proxy and cafile, ${AGAIN}`,
  ],
  [/EINTEGRITY/, 'a downloaded package is damaged.', `Clean npm's cache (npm cache clean --force), ${AGAIN}`],
];

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
    const stack = error instanceof Error ? error.stack : String(error);
    process.stderr.write(`\n${known ? `Lookout can't ${verb}: ${error.message}\n${error.advice}` : stack}\n`);
    onFailure?.();
    process.exit(1);
  }
}

/** Installs the dependencies and builds everything, tests and benchmarks too, where that is missing or outdated. */
export async function prepare() {
  await install();
  await compile();
  await buildPages();
}

/** Installs the dependencies, where any is missing or outdated. */
export async function install() {
  checkNode(process.versions.node);
  if (dependenciesInstalled()) return;
  const npmCi = ['ci', '--no-progress', '--loglevel=error'];
  await run(`Installing dependencies, ${INSTALL_DOWNLOAD_MB} MB the first time`, 'npm', npmCi);
  trim();
}

/**
 * Compiles what changed.
 * @param {string[]} [options] of `tsc -b`
 */
export async function compile(options = []) {
  // Incremental: half a second where nothing changed.
  await run('Compiling', process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', ...options]);
}

/** Builds the pages, where anything they are built from changed. */
export async function buildPages() {
  if (pagesAreCurrent()) return;
  const vite = [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'];
  await run('Building the pages', process.execPath, vite, join(root, 'packages/web'));
}

/** @param {string} version of the running Node, e.g. `20.19.1` */
export function checkNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > MIN_NODE.major || (major === MIN_NODE.major && minor >= MIN_NODE.minor)) return;
  throw new SetupError(
    `this is Node ${version}; Node ${MIN_NODE.major}.${MIN_NODE.minor} or newer is needed.`,
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
  return Object.entries(wanted).every(([path, entry]) => {
    const isNeeded = path.includes('node_modules/') && !entry.optional && !entry.devOptional && !entry.peer;
    return !isNeeded || (installed[path]?.version === entry.version && installed[path]?.link === entry.link);
  });
}

/**
 * Removes the parts of dependencies that never run on this machine, 300 MB of them: ONNX Runtime for other platforms, SQLite for
 * another C library, source maps.
 */
export function trim() {
  const modules = join(root, 'node_modules');
  const report = /** @type {{ header?: { glibcVersionRuntime?: string } } | undefined} */ (process.report?.getReport());
  const otherLibc = report?.header?.glibcVersionRuntime === undefined ? '-gnu' : '-musl';
  const onnxRuntime = join('onnxruntime-node/bin/napi-v6', process.platform, process.arch);
  const isForeign = (/** @type {string} */ path) =>
    (/^onnxruntime-node\/bin(\/[^/]+){3}$/.test(path) && path !== onnxRuntime) ||
    (/^@libsql\/[^/]+$/.test(path) && path.endsWith(otherLibc)) ||
    (path.endsWith('.map') && !path.startsWith('@lookout/'));
  for (const path of readdirSync(modules, { recursive: true, encoding: 'utf8' })) {
    if (isForeign(path)) rmSync(join(modules, path), { recursive: true, force: true });
  }
}

/** Whether nothing the pages are built from is newer than they are. */
function pagesAreCurrent() {
  const page = statSync(join(root, 'packages/web/dist/index.html'), { throwIfNoEntry: false });
  if (!page) return false;
  const web = ['src', 'public', 'index.html', 'vite.config.ts'].map((name) => join('packages/web', name));
  const sources = [...web, 'packages/client/src', 'packages/protocol/src', 'node_modules/.package-lock.json'];
  return sources.every((path) => newestMs(join(root, path)) <= page.mtimeMs);
}

/**
 * Time of the last change in a tree, ms; a folder's own tells of files that were removed.
 * @param {string} path
 * @returns {number}
 */
function newestMs(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

/**
 * Does a long step: on a terminal one line that counts the seconds, in a log one line at the start and one at the end.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 */
export async function step(title, work) {
  const startMs = Date.now();
  const seconds = () => `${((Date.now() - startMs) / 1000).toFixed(1)} s`;
  const isTerminal = process.stderr.isTTY;
  const draw = () => process.stderr.write(`\r\x1b[K${title} … ${seconds()}`);
  const timer = isTerminal ? setInterval(draw, 500) : undefined;
  if (!isTerminal) process.stderr.write(`${title} …\n`);
  let outcome = 'failed after';
  try {
    const result = await work();
    outcome = 'done in';
    return result;
  } finally {
    clearInterval(timer);
    process.stderr.write(`${isTerminal ? '\r\x1b[K' : ''}${title}: ${outcome} ${seconds()}\n`);
  }
}

/**
 * Runs a program without input, shown as a step. @throws SetupError with the end of its output when it fails
 * @param {string} title
 * @param {string} command
 * @param {string[]} args
 * @param {string} [cwd]
 * @returns {Promise<void>}
 */
function run(title, command, args, cwd = root) {
  const exit = () =>
    new Promise((/** @type {(value: void) => void} */ resolve, reject) => {
      const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk) => {
          output = (output + chunk).slice(-16_384);
        });
      }
      child.on('error', (error) =>
        reject(new SetupError(`${command} cannot be run: ${error.message}.`, 'Reinstall Node.')),
      );
      child.on('close', (code) => (code === 0 ? resolve() : reject(explainFailure(title, output))));
    });
  return step(title, exit);
}

/**
 * Turns the output of a failed step into what happened and what to do.
 * @param {string} title of the step
 * @param {string} output
 */
export function explainFailure(title, output) {
  const known = KNOWN_FAILURES.find(([pattern]) => pattern.test(output)) ?? [];
  const [, message = `this step failed: ${title}.`, advice = output.trim()] = known;
  return new SetupError(message, advice);
}
