import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The checkout: two folders above this package's `src` or `dist`. */
export const root = join(import.meta.dirname, '../../..');

export const lookoutBin = join(root, 'packages/server/bin/lookout.js');

/** The street clip that the setup fetches. @throws Error if it does not exist */
export function demoClip(): string {
  const path = process.env.LOOKOUT_DEMO_CLIP ?? join(root, '.lookout/demo/vtest.avi');
  if (!existsSync(path))
    throw new Error(`There is no demo clip at ${path}: run the tests with npm test, which fetches it`);
  return path;
}
