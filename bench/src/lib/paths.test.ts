import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { findMaterial } from './paths.js';

const SEQUENCES = { what: 'a folder of sequences', option: '--data', path: 'media/mot' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lookout-material-'));
  mkdirSync(join(folder, 'media/mot'), { recursive: true });
  mkdirSync(join(folder, 'own'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it('takes the path of the option, whatever the environment says', () => {
  vi.stubEnv('LOOKOUT_MATERIAL', folder);
  expect(findMaterial(join(folder, 'own'), SEQUENCES)).toBe(join(folder, 'own'));
});

it('looks in the folder of LOOKOUT_MATERIAL when the option is absent', () => {
  vi.stubEnv('LOOKOUT_MATERIAL', folder);
  expect(findMaterial(undefined, SEQUENCES)).toBe(join(folder, 'media/mot'));
});

it('says what to do when neither is given, and when nothing is there', () => {
  vi.stubEnv('LOOKOUT_MATERIAL', undefined);
  expect(() => findMaterial(undefined, SEQUENCES)).toThrow(
    /a folder of sequences.*--data.*media\/mot.*LOOKOUT_MATERIAL/,
  );
  expect(() => findMaterial(join(folder, 'none'), SEQUENCES)).toThrow(/nothing at .*none: --data expects a folder/);
});
