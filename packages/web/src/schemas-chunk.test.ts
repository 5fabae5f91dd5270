import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const assets = join(import.meta.dirname, '../dist/assets');

it('the built chunk of the schemas imports no other chunk, which could import it in turn and run before it', () => {
  const [file, ...others] = readdirSync(assets).filter((name) => /^schemas-[\w-]+\.js$/.test(name));
  expect(others).toEqual([]);
  expect(readFileSync(join(assets, file ?? ''), 'utf8').match(/\bfrom\s*["'`]\.\//g)).toBeNull();
});
