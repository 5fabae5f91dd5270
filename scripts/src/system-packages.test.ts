import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { missingPackages, TEST_PACKAGES } from './system-packages.js';

it('looks for a file per package, in any folder of that place where the pattern says so', () => {
  const top = mkdtempSync(join(tmpdir(), 'lookout-system-'));
  try {
    mkdirSync(join(top, 'lib/aarch64-linux-gnu/gst'), { recursive: true });
    mkdirSync(join(top, 'lib/empty'), { recursive: true });
    writeFileSync(join(top, 'lib/aarch64-linux-gnu/gst/x.so'), '');
    const at = (file: string) => ({ name: file, file: `${top}/${file}`, purpose: '' });
    const packages = [
      at('lib/*/gst/x.so'),
      at('lib/*/gst/y.so'),
      at('lib/empty'),
      at('bin/none'),
      at('none/*/gst/x.so'),
    ];
    expect(missingPackages(packages).map(({ name }) => name)).toEqual([
      'lib/*/gst/y.so',
      'bin/none',
      'none/*/gst/x.so',
    ]);
  } finally {
    rmSync(top, { recursive: true });
  }
});

it('says for each package of the tests what it is for', () => {
  for (const { purpose } of TEST_PACKAGES) expect(purpose).not.toBe('');
});
