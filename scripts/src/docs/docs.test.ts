import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ERROR_CODES } from '@lookout/protocol';
import { SettingsFile } from '@lookout/server/settings';
import { describe, expect, it } from 'vitest';
import { root } from '../paths.js';
import { readAnchors, readCodeRows, readLinks, section } from './markdown.js';
import { type JsonSchema, settingRows } from './setting-rows.js';

const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { cwd: root })
  .toString()
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const userPages = pages.filter((path) => /^(docs\/.*|[^/]+)\.md$/.test(path));

describe('links', () => {
  it.each(pages)('of %s lead somewhere', (page) => {
    const broken = readLinks(read(page)).filter(({ target }) => {
      if (/^(https?|mailto):/.test(target)) return false;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(root, file))) return true;
      return anchor !== undefined && !readAnchors(read(file)).has(anchor);
    });
    expect(broken).toEqual([]);
  });
});

it.each(['docs/architecture.md', 'packages/server/README.md', 'packages/media/README.md'])(
  '%s names files and folders that exist',
  (page) => {
    const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root })
      .toString()
      .split('\n')
      .filter((path) => existsSync(join(root, path)));
    const named = [...read(page).matchAll(/`((?:[\w-]+\/)*[\w-]+\.ts|[\w-]+(?:\/[\w-]+)+)`/g)].map(([, path]) => path!);
    const missing = named.filter((path) => !files.some((file) => `/${file}/`.includes(`/${path}/`)));
    expect(named).not.toEqual([]);
    expect(missing).toEqual([]);
  },
);

it('docs/reference/errors.md lists every code with its status, and no other', () => {
  const documented = readCodeRows(read('docs/reference/errors.md')).map(([code, status, retry]) => [
    code,
    status,
    retry,
  ]);
  const known = Object.entries(ERROR_CODES).map(([code, { status, retryable }]) => [
    code,
    `${status}`,
    retryable ? 'yes' : 'no',
  ]);
  expect(documented).toEqual(known);
});

/** Defaults that depend on the machine, in words. */
const MACHINE_DEFAULTS: Readonly<Record<string, string>> = {
  workers: 'one per core',
  model_memory_mb: 'a quarter of the machine’s memory',
  timezone: 'that of the system',
};

it('docs/reference/settings.md lists every key of lookout.yaml with what it takes and its default, and no other', () => {
  const known = settingRows(SettingsFile.toJSONSchema({ io: 'input' }) as JsonSchema).map(([key, takes, fallback]) => [
    key,
    takes,
    MACHINE_DEFAULTS[key] ?? fallback,
  ]);
  const keys = new Set(known.map(([key]) => key?.split(/[.[]/, 1)[0]));
  const table = section(read('docs/reference/settings.md'), 'All keys of lookout.yaml');
  const documented = readCodeRows(table).map((cells) => cells.slice(0, 3));
  expect(keys.size).toBeGreaterThan(5);
  expect(documented).toEqual(known);
});

it('docs/reference/metrics.md names every metric of the server, and no other', () => {
  const source = execFileSync(
    'git',
    ['grep', '-hoE', "name: 'lookout_[a-z_]+'", '--', 'packages/server/src/platform/metrics'],
    {
      cwd: root,
    },
  );
  const known = new Set([...source.toString().matchAll(/'(lookout_\w+)'/g)].map(([, name]) => name));
  const named = new Set([...read('docs/reference/metrics.md').matchAll(/`(lookout_\w+)`/g)].map(([, name]) => name));
  expect([...named].sort()).toEqual([...known].sort());
});

it('docs/benchmarks.md lists every bench, and no other', () => {
  const benches = readdirSync(join(root, 'bench/src')).filter((name) =>
    existsSync(join(root, 'bench/src', name, 'index.ts')),
  );
  const documented = readCodeRows(read('docs/benchmarks.md')).map(([name]) => name);
  expect(documented.sort()).toEqual(benches.sort());
});

it('every package says in a README what it is', () => {
  for (const name of readdirSync(join(root, 'packages'))) expect(pages).toContain(`packages/${name}/README.md`);
});

// Each of them starts the command a dozen times.
describe('commands and flags', { timeout: 120_000 }, () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

  it('are scripts that exist', () => {
    for (const page of userPages) {
      for (const [command, name, own] of read(page).matchAll(/npm (?:run ([\w-]+)(?![\w-]| -w)|(start|test)\b)/g)) {
        expect(Object.keys(scripts), `${page}: ${command}`).toContain(name ?? own);
      }
    }
  });

  const helpOf = (...command: string[]) =>
    execFileSync(process.execPath, [join(root, 'packages/server/bin/lookout.js'), ...command, '--help']).toString();

  it('docs/reference/commands.md lists every command, and no other', () => {
    const commandsOf = (...group: string[]) =>
      [
        ...helpOf(...group)
          .split('Commands:')[1]!
          .matchAll(/^ {2}([a-z]+)/gm),
      ]
        .map(([, name]) => [...group, name].join(' '))
        .filter((name) => !name.endsWith('help'));
    const groups = ['db', 'keys', 'models', 'rules', 'users'];
    const known = [...commandsOf(), ...groups.flatMap((group) => commandsOf(group))];
    const [table = ''] = read('docs/reference/commands.md').split('\n## ');
    const documented = readCodeRows(table).map(([command]) => command!.replace(/ [A-Z]+$/, ''));
    expect(documented.sort()).toEqual(known.filter((name) => !groups.includes(name)).sort());
  });

  it('are those of --help', () => {
    const flagsOf = (...command: string[]) => helpOf(...command).match(/--[a-z][a-z-]+/g) ?? [];
    const server = flagsOf();
    const known = new Set([
      ...server,
      ...flagsOf('detect'),
      ...flagsOf('doctor'),
      ...flagsOf('models', 'pull'),
      ...flagsOf('keys', 'create'),
      ...flagsOf('rules', 'test'),
      ...flagsOf('try'),
    ]);
    const listed = new Set(
      readCodeRows(read('docs/reference/settings.md')).flatMap(([first]) => first!.match(/^--[a-z][a-z-]+/) ?? []),
    );
    const missing = server.filter((flag) => !listed.has(flag) && !['--help', '--version'].includes(flag));
    expect(missing, 'flags that docs/reference/settings.md does not list').toEqual([]);
    for (const page of userPages.filter((path) => /^README|^docs\/(deployment|guide\/|reference\/)/.test(path))) {
      const used = [...read(page).matchAll(/(?:npm start -- |start\.mjs |^\| `|\(`|`)(--[a-z][a-z-]+)/gm)].map(
        ([, flag]) => flag!,
      );
      for (const flag of used) expect([...known], `${page}: ${flag}`).toContain(flag);
    }
  });
});

describe('the rows of settings', () => {
  it('are one for each key, with range and default', () => {
    const schema: JsonSchema = {
      properties: {
        size: {
          anyOf: [{ const: 'auto' }, { type: 'integer', minimum: 32, maximum: 64, multipleOf: 32 }],
          default: 'auto',
        },
        list: { type: 'array', maxItems: 9, items: { properties: { url: { type: 'string', maxLength: 5 } } } },
        roles: { type: 'object', additionalProperties: { enum: ['admin', 'viewer'] }, default: {} },
        log: { properties: { level: { enum: ['info', 'debug'], default: 'info' } } },
      },
    };
    expect(settingRows(schema)).toEqual([
      ['size', 'auto or 32 to 64 in steps of 32', 'auto'],
      ['list[].url', 'text of at most 5 characters', '–'],
      ['roles', 'for each name: admin, viewer', 'none'],
      ['log.level', 'info, debug', 'info'],
    ]);
  });
});

describe('the Markdown reader', () => {
  it('finds a section by its heading, up to the next of its level', () => {
    expect(section('# A\n## B\nb\n### C\nc\n## D\nd', 'B')).toBe('## B\nb\n### C\nc');
    expect(() => section('# A', 'B')).toThrow('B');
  });

  it('finds links outside of code', () => {
    const text =
      'See [a](x.md#y), ![p](i.png "t") and <img src="j.png">.\n`[no](n.md)`\n```\n[no](n.md)\n```\n[r]: z.md';
    expect(readLinks(text)).toEqual([
      { target: 'x.md#y', line: 1 },
      { target: 'i.png', line: 1 },
      { target: 'j.png', line: 1 },
      { target: 'z.md', line: 6 },
    ]);
  });

  it('makes anchors as GitHub does', () => {
    expect([...readAnchors('# Lookout\n## If it lags?\n## `x` & y\n```\n# no\n```\n## If it lags')]).toEqual([
      'lookout',
      'if-it-lags',
      'x--y',
      'if-it-lags-1',
    ]);
  });
});
