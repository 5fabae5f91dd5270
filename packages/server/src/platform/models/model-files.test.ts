import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { clearPreparedModels } from './model-files.js';

it('logs what it removed, once, and what it could not', async () => {
  const data = mkdtempSync(join(tmpdir(), 'lookout-prepared-'));
  const cache = join(data, 'models', 'cache');
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'nanodet-g-7a4fb2bd9b2f1303.onnx'), '');
  const log = { info: vi.fn(), warn: vi.fn() };
  await clearPreparedModels(data, log);
  await clearPreparedModels(data, log);
  expect(readdirSync(cache)).toEqual([]);
  expect(log.info.mock.calls).toEqual([
    [{ files: ['nanodet-g-7a4fb2bd9b2f1303.onnx'] }, 'removed prepared models of an earlier version'],
  ]);
  expect(log.warn).not.toHaveBeenCalled();

  rmSync(cache, { recursive: true });
  writeFileSync(cache, '');
  await clearPreparedModels(data, log);
  expect(log.warn.mock.calls).toEqual([
    [{ err: expect.stringContaining('ENOTDIR') }, 'prepared models of an earlier version cannot be removed'],
  ]);
  rmSync(data, { recursive: true });
});
