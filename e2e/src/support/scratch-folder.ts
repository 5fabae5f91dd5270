import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keep } from './keep.js';

/** An empty folder, removed at the end of the test or the file. */
export function scratchFolder(scope: 'test' | 'file' = 'test'): string {
  return keep(
    mkdtempSync(join(tmpdir(), 'lookout-e2e-scratch-')),
    (path) => rmSync(path, { recursive: true, force: true }),
    scope,
  );
}
