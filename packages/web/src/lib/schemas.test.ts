import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as protocol from '@lookout/protocol';
import { expect, it } from 'vitest';

const source = join(import.meta.dirname, '..');
const schemas = new Set(
  Object.entries(protocol).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && '_zod' in value ? [name] : [],
  ),
);

it('pages get schemas from one module alone, so that the first load goes without them and zod', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file) && file !== join('lib', 'schemas.ts'),
  );
  expect(files.length).toBeGreaterThan(100);
  expect(schemas).toContain('NewCamera');
  const importers = files.filter((file) => {
    const text = readFileSync(join(source, file), 'utf8');
    const imported = [...text.matchAll(/^import \{([^}]*)\} from '@lookout\/protocol';/gm)].flatMap(([, names = '']) =>
      names.split(',').map((name) => name.trim()),
    );
    return imported.some((name) => schemas.has(name));
  });
  expect(importers).toEqual([]);
});

it('what the first page shows takes from the protocol only what needs no schemas', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /^(home|player|ui|events\/model)\/.*\.tsx?$/.test(file) && !file.includes('.test.'),
  );
  expect(files.length).toBeGreaterThan(50);
  const importers = files.filter((file) =>
    /^import \{[^}]*\} from '@lookout\/protocol';/m.test(readFileSync(join(source, file), 'utf8')),
  );
  expect(importers).toEqual([]);
});
