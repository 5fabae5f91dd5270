import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { PAGES } from './pages.js';

const web = dirname(createRequire(import.meta.url).resolve('@lookout/web/package.json'));

it('every page of the web app is served at its address, also on a first visit', () => {
  const app = readFileSync(join(web, 'src/app.tsx'), 'utf8');
  // Some have an optional last part, whose values are in the list.
  const routes = [...app.matchAll(/<Route path="(\/[^"]*)"/g)].map(([, path = '']) => path.replace(/\/:\w+\?$/, ''));
  expect(routes.length).toBeGreaterThan(15);
  expect(routes.filter((path) => !PAGES.includes(path))).toEqual([]);
});
