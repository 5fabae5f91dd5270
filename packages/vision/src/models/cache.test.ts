import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clearOutdated, ensureFile, preparedPath } from './cache.js';

let modelsDir: string;
beforeEach(() => {
  modelsDir = mkdtempSync(join(tmpdir(), 'lookout-cache-'));
});
afterEach(() => rmSync(modelsDir, { recursive: true, force: true }));

describe('clearOutdated', () => {
  it('removes what earlier versions made of models, and nothing else', async () => {
    const path = preparedPath(modelsDir, 'road', 'bytes');
    await ensureFile(path, async () => Uint8Array.of(1));
    const kept = [basename(path), `${basename(path)}.sha256`, 'kserve-abc.json', 'notes.onnx'];
    const old = 'nanodet-g-7a4fb2bd9b2f1303.onnx';
    const outdated = [old, `${old}.sha256`, 'road-v3-0123456789abcdef.onnx'];
    for (const file of [...kept.slice(2), ...outdated]) writeFileSync(join(modelsDir, 'cache', file), '');
    // A user's own model may have such a name.
    writeFileSync(join(modelsDir, old), '');

    expect((await clearOutdated(modelsDir)).sort()).toEqual(outdated.sort());
    expect(readdirSync(join(modelsDir, 'cache')).sort()).toEqual(kept.sort());
    expect(readdirSync(modelsDir).sort()).toEqual(['cache', old].sort());
    expect(await clearOutdated(modelsDir)).toEqual([]);
  });

  it('has nothing to do before the first start', async () => {
    expect(await clearOutdated(join(modelsDir, 'none'))).toEqual([]);
  });

  it('says so where the folder is none', async () => {
    writeFileSync(join(modelsDir, 'cache'), '');
    await expect(clearOutdated(modelsDir)).rejects.toThrow('ENOTDIR');
  });
});

describe('ensureFile', () => {
  it('writes a file once, also for several at once', async () => {
    const path = preparedPath(modelsDir, 'road', 'bytes');
    await Promise.all([1, 2, 3].map(() => ensureFile(path, async () => Uint8Array.of(1, 2))));
    expect(readdirSync(join(modelsDir, 'cache')).sort()).toEqual([basename(path), `${basename(path)}.sha256`]);
  });

  it('says so when it can’t write', async () => {
    mkdirSync(join(modelsDir, 'cache'));
    writeFileSync(join(modelsDir, 'cache', 'file'), '');
    const path = join(modelsDir, 'cache', 'file', 'inside.onnx');
    await expect(ensureFile(path, async () => Uint8Array.of(1))).rejects.toMatchObject({ code: 'storage_failed' });
  });
});
