import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ERROR_CODES } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { root } from '../paths.js';
import { readAnchors, readCodeRows, readLinks } from './markdown.js';

const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { cwd: root })
  .toString()
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const userPages = pages.filter((path) => /^(docs\/)?[^/]+\.md$/.test(path));

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

it('docs/errors.md lists every code with its status, and no other', () => {
  const documented = readCodeRows(read('docs/errors.md')).map(([code, status, retry]) => [code, status, retry]);
  const known = Object.entries(ERROR_CODES).map(([code, { status, retryable }]) => [
    code,
    `${status}`,
    retryable ? 'yes' : 'no',
  ]);
  expect(documented).toEqual(known);
});

describe('commands and flags', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

  it('are scripts that exist', () => {
    for (const page of userPages) {
      for (const [command, name, own] of read(page).matchAll(/npm (?:run ([\w-]+)(?![\w-]| -w)|(start|test)\b)/g)) {
        expect(Object.keys(scripts), `${page}: ${command}`).toContain(name ?? own);
      }
    }
  });

  it('are those of --help', () => {
    const flagsOf = (...command: string[]) =>
      execFileSync(process.execPath, [join(root, 'packages/server/bin/lookout.js'), ...command, '--help'])
        .toString()
        .match(/--[a-z][a-z-]+/g) ?? [];
    const server = flagsOf();
    const known = new Set([...server, ...flagsOf('detect'), ...flagsOf('doctor'), ...flagsOf('models', 'pull')]);
    const guide = read('docs/guide.md');
    const listed = new Set(readCodeRows(guide).flatMap(([first]) => first!.match(/^--[a-z][a-z-]+/) ?? []));
    const missing = server.filter((flag) => !listed.has(flag) && !['--help', '--version'].includes(flag));
    expect(missing, 'flags that docs/guide.md does not list').toEqual([]);
    for (const page of ['README.md', 'docs/guide.md', 'docs/deployment.md']) {
      const used = [...read(page).matchAll(/(?:npm start -- |start\.mjs |^\| `|\(`|`)(--[a-z][a-z-]+)/gm)].map(
        ([, flag]) => flag!,
      );
      for (const flag of used) expect([...known], `${page}: ${flag}`).toContain(flag);
    }
  });
});

describe('the Markdown reader', () => {
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
