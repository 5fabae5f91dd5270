import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { LookoutError, type SettingOrigin } from '@lookout/protocol';
import { type Document, isMap, isScalar, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import type { z } from 'zod';
import { describeIssue } from '../input/issues.js';
import { nameFromUrl, slugify, uniqueCameraId } from './camera-id.js';
import { flagName, readOption, SETTING_OPTIONS } from './options.js';
import { ConfigCamera, type GivenCamera, type Settings, SettingsFile } from './schema.js';

export { type GivenCamera, type Settings, SettingsFile } from './schema.js';

/** Values of flags as text, by flag name (`--port`). `source` and `config` are separate because they are not single settings. */
export interface FlagValues {
  readonly values?: Readonly<Record<string, string>>;
  /** `--source URL`, any number of times. */
  readonly sources?: readonly string[];
  /** `--config FILE`. */
  readonly config?: string;
}

export interface SettingsSources {
  readonly flags?: FlagValues;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What relative paths are relative to. */
  readonly cwd?: string;
}

const DEFAULT_FILE = 'lookout.yaml';
const DEFAULT_RTMP_PORT = 1935;

/** Where each given value came from, by path (`server.port`). */
type Origins = Map<string, SettingOrigin>;

type Tree = { [key: string]: unknown };

/**
 * All settings of the server: flags take precedence over the environment, then `lookout.yaml`, then the defaults. The file is
 * `--config FILE`, `$LOOKOUT_CONFIG`, or `lookout.yaml` in the current directory if it exists.
 *
 * @throws LookoutError `config_invalid`, one line per mistake: where it is, what was expected, what was given.
 */
export function loadSettings(sources: SettingsSources = {}): Settings {
  const { flags = {}, env = {}, cwd = process.cwd() } = sources;
  const file = readSettingsFile(flags.config ?? (env.LOOKOUT_CONFIG || undefined), cwd);
  const origins: Origins = new Map(file.origins);
  const tree = structuredClone(file.tree);
  for (const option of SETTING_OPTIONS) {
    const name = option.flag && flagName(option.flag);
    const flagText = name === undefined ? undefined : flags.values?.[name];
    const envText = option.env === undefined ? undefined : env[option.env] || undefined;
    if (flagText !== undefined) {
      put(tree, option.path, readOption(option, flagText), { from: 'command_line', name: name! }, origins);
    } else if (envText !== undefined) {
      put(tree, option.path, readOption(option, envText), { from: 'environment', name: option.env! }, origins);
    }
  }
  const settings = check(SettingsFile, tree, (path) => nameOf(origins.get(path)) ?? file.label);
  const server = resolveServer(settings, hasKey(tree.server, 'host'), cwd);
  const extra = (flags.sources ?? []).map((url) => check(ConfigCamera, { url }, () => '--source'));
  return deepFreeze({
    ...settings,
    server,
    cluster: resolveCluster(settings.cluster, cwd),
    data: resolve(cwd, settings.data),
    cameras: nameCameras(settings, extra, file.label),
    configFile: file.path,
    origins: Object.fromEntries(origins),
  });
}

/** Name of the flag or variable, for messages; undefined for the file. */
function nameOf(origin: SettingOrigin | undefined): string | undefined {
  return origin?.from === 'file' ? undefined : origin?.name;
}

interface ReadFile {
  readonly tree: Tree;
  readonly label: string;
  readonly path?: string;
  readonly origins: Origins;
}

function readSettingsFile(named: string | undefined, cwd: string): ReadFile {
  const label = named ?? DEFAULT_FILE;
  const path = resolve(cwd, label);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (named === undefined && (code === 'ENOENT' || code === 'ENOTDIR'))
      return { tree: {}, label, origins: new Map() };
    throw new LookoutError('config_invalid', `Can't read the settings file ${path}: ${code ?? 'unknown reason'}`, {
      hint: 'Check the path and that this user may read it.',
      cause: error,
    });
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: true, lineCounter: lines });
  const broken = document.errors[0];
  if (broken) {
    // Only the first line: the rest quotes the file, which may hold camera passwords.
    const reason = broken.message.split('\n')[0]!.replace(/:$/, '');
    throw new LookoutError('config_invalid', `${label}: not valid YAML: ${reason}`, { cause: broken.code });
  }
  const tree: unknown = document.toJS({ maxAliasCount: 100 }) ?? {};
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) {
    throw new LookoutError(
      'config_invalid',
      `${label}: expected settings as "key: value", got ${JSON.stringify(tree)}`,
    );
  }
  return { tree: tree as Tree, label, path, origins: originsIn(document, label, lines) };
}

/** The place of each value of the file. Keys of merged and aliased maps are those of the place where they are written. */
function originsIn(document: Document<ParsedNode>, name: string, lines: LineCounter): Origins {
  const origins: Origins = new Map();
  const visit = (node: unknown, path: readonly string[]) => {
    if (!isMap(node)) return;
    for (const { key, value } of node.items) {
      if (!isScalar(key)) continue;
      const inner = [...path, String(key.value)];
      const offset = key.range?.[0];
      if (isMap(value)) visit(value, inner);
      else if (offset !== undefined)
        origins.set(inner.join('.'), { from: 'file', name, line: lines.linePos(offset).line });
    }
  };
  visit(document.contents, []);
  return origins;
}

function check<T extends z.ZodType>(schema: T, value: unknown, origin: (path: string) => string): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const lines = result.error.issues.flatMap((issue) => describeIssue(issue, value));
  const text = lines.map(({ path, message }) => {
    const from = origin(path);
    // A flag or variable names itself; a file needs the key inside it too.
    return from.startsWith('-') || /^[A-Z_]+$/.test(from)
      ? `${from}: ${message}`
      : `${from}: ${path || '(top)'}: ${message}`;
  });
  throw new LookoutError('config_invalid', text.join('\n'), { hint: 'lookout --help lists the flags.' });
}

/** Sets `tree.a.b = value` for path `['a', 'b']`; a section that is not an object is left for the schema to refuse. */
function put(tree: Tree, path: readonly string[], value: unknown, origin: SettingOrigin, origins: Origins): void {
  let section = tree;
  for (const key of path.slice(0, -1)) {
    section[key] ??= {};
    const next = section[key];
    if (typeof next !== 'object' || next === null || Array.isArray(next)) return;
    section = next as Tree;
  }
  section[path.at(-1)!] = value;
  origins.set(path.join('.'), origin);
}

/**
 * The user's own certificate turns HTTPS on. HTTPS is for other devices, so the server then listens on all addresses unless a host is
 * set, and everyone needs a key. So does everyone behind a proxy that signs people in: who comes from this machine may come through it.
 */
function resolveServer({ server, auth }: SettingsFile, isHostGiven: boolean, cwd: string): Settings['server'] {
  const { cert, key } = server;
  if ((cert === undefined) !== (key === undefined)) {
    const [given, missing] = cert === undefined ? ['--key', '--cert'] : ['--cert', '--key'];
    throw new LookoutError('config_invalid', `${given}: expected ${missing} too: a certificate needs its private key`);
  }
  const https = server.https || cert !== undefined;
  return {
    ...server,
    https,
    ...(auth.proxy.from.length > 0 && { sign_in: 'always' as const }),
    // Servers on any free port are usually several.
    rtmp_port: server.rtmp_port ?? (server.port === 0 ? 0 : DEFAULT_RTMP_PORT),
    ...(https && !isHostGiven && { host: '0.0.0.0' }),
    ...(cert !== undefined && { cert: resolve(cwd, cert) }),
    ...(key !== undefined && { key: resolve(cwd, key) }),
  };
}

function resolveCluster(cluster: Settings['cluster'], cwd: string): Settings['cluster'] {
  const { join_secret_file: file } = cluster;
  return { ...cluster, ...(file !== undefined && { join_secret_file: resolve(cwd, file) }) };
}

function hasKey(section: unknown, key: string): boolean {
  return typeof section === 'object' && section !== null && (section as Tree)[key] !== undefined;
}

function nameCameras(settings: SettingsFile, extra: readonly ConfigCamera[], label: string): GivenCamera[] {
  const given = [
    ...settings.cameras.map((camera) => ({ camera, origin: 'config' as const })),
    ...extra.map((camera) => ({ camera, origin: 'cli' as const })),
  ];
  // Given ids come first, so that a generated one never takes them.
  const taken = new Set<string>();
  settings.cameras.forEach(({ id }, index) => {
    if (id === undefined) return;
    if (taken.has(id)) {
      throw new LookoutError(
        'config_invalid',
        `${label}: cameras.${index}.id: expected a unique id, got "${id}" again`,
      );
    }
    taken.add(id);
  });
  return given.map(({ camera, origin }) => {
    const name = camera.name ?? (camera.url === undefined ? 'Camera' : nameFromUrl(camera.url));
    const id = camera.id ?? uniqueCameraId(slugify(name), (candidate) => taken.has(candidate));
    taken.add(id);
    return {
      id,
      name,
      kind: camera.kind,
      url: camera.url,
      sub_url: camera.sub_url,
      tls_pin: camera.tls_pin,
      enabled: camera.enabled,
      loop: camera.loop,
      origin,
      tokens: {
        ...(camera.publish_token !== undefined && { publish_token: camera.publish_token }),
        ...(camera.view_token !== undefined && { view_token: camera.view_token }),
      },
      detect: { ...settings.detect, ...camera.detect },
      zones: camera.zones,
      lines: camera.lines,
      masks: camera.masks,
    };
  });
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
