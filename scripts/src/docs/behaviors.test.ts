import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BEHAVIOR_GUIDE } from '@lookout/protocol';
import { expect, it } from 'vitest';
import { root } from '../paths.js';

const keys = (names: readonly string[]) => (names.length === 0 ? '–' : names.map((name) => `\`${name}\``).join(', '));

it('docs/reference/rules.md has the row of every behaviour, in order', () => {
  const rows = Object.entries(BEHAVIOR_GUIDE).map(
    ([behavior, { meaning, needs, takes, example }]) =>
      `| \`${behavior}\` | ${meaning} | ${keys(needs)} | ${keys(takes)} | ${example} |`,
  );
  const page = readFileSync(join(root, 'docs/reference/rules.md'), 'utf8');
  expect(page.split('\n').filter((line) => line.startsWith('| `'))).toEqual(rows);
});
