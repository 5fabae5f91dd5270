import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const source = fileURLToPath(new URL('../src', import.meta.url));
const assets = fileURLToPath(new URL('../dist/assets', import.meta.url));

async function textOf(directory: string, ending: string): Promise<string> {
  const names = await readdir(directory, { recursive: true });
  const texts = names.filter((name) => name.endsWith(ending)).map((name) => readFile(join(directory, name), 'utf8'));
  return (await Promise.all(texts)).join('\n');
}

/** Names of classes in a piece of JSX: its literals, without what is filled in. */
function namesIn(expression: string): string[] {
  const literals = expression.replaceAll(/=== '[^']*'/g, '').match(/"[^"]*"|'[^']*'|`[^`]*`/g) ?? [];
  return literals.flatMap((literal) =>
    literal
      .slice(1, -1)
      .replace(/\$\{[^}]*\}/g, ' ')
      .split(/\s+/)
      .filter(Boolean),
  );
}

it('has a rule for every class that a component names', async () => {
  const css = await textOf(assets, '.css');
  const ruled = new Set([...css.matchAll(/\.((?:\\.|[\w-])+)/g)].map(([, name]) => name!.replaceAll(/\\(.)/g, '$1')));
  const tsx = await textOf(source, '.tsx');
  const attributes = tsx.matchAll(/className=(?:("[^"]*")|\{(`[^`]*`)\}|\{classes\(([^()]*)\)\})/g);
  const used = new Set([...attributes].flatMap((match) => namesIn(match[1] ?? match[2] ?? match[3]!)));
  expect(used.size).toBeGreaterThan(200);
  expect([...used].filter((name) => !ruled.has(name))).toEqual([]);
});
