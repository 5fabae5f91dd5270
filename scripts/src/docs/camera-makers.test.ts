import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../paths.js';
import { cameraMakersPage } from './camera-makers.js';

it('docs/reference/camera-makers.md lists the addresses that the pages make', () => {
  const kept = readFileSync(join(root, 'docs/reference/camera-makers.md'), 'utf8');
  expect(kept === cameraMakersPage(), 'docs/reference/camera-makers.md is out of date: run npm run docs').toBe(true);
});
