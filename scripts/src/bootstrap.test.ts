import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkNode, dependenciesInstalled, explainFailure } from '../bootstrap.mjs';

describe('checkNode', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('accepts %s', (version) => {
    expect(() => checkNode(version)).not.toThrow();
  });

  it.each(['16.20.0', '18.19.1', '20.18.9'])('refuses %s and says what is needed', (version) => {
    expect(() => checkNode(version)).toThrow(`this is Node ${version}; Node 20.19 or newer is needed.`);
  });
});

describe('dependenciesInstalled', () => {
  let top: string;
  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'lookout-bootstrap-'));
    mkdirSync(join(top, 'node_modules'));
  });
  afterEach(() => rmSync(top, { recursive: true }));

  const write = (path: string, packages: object) => writeFileSync(join(top, path), JSON.stringify({ packages }));
  const wanted = {
    '': { name: 'lookout' },
    'packages/media': { version: '0.1.0' },
    'node_modules/@lookout/media': { resolved: 'packages/media', link: true },
    'node_modules/zod': { version: '4.0.0' },
    'node_modules/only-on-windows': { version: '1.0.0', optional: true },
  };

  it('is true when npm recorded every needed package, optional ones aside', () => {
    write('package-lock.json', wanted);
    expect(dependenciesInstalled(top)).toBe(false);
    const { '': _root, 'node_modules/only-on-windows': _optional, ...installed } = wanted;
    write('node_modules/.package-lock.json', installed);
    expect(dependenciesInstalled(top)).toBe(true);
  });

  it('is false when a package is missing or of another version', () => {
    write('package-lock.json', wanted);
    write('node_modules/.package-lock.json', { ...wanted, 'node_modules/zod': { version: '3.9.0' } });
    expect(dependenciesInstalled(top)).toBe(false);
    write('node_modules/.package-lock.json', { 'node_modules/zod': { version: '4.0.0' } });
    expect(dependenciesInstalled(top)).toBe(false);
  });
});

describe('explainFailure', () => {
  it.each([
    [
      'npm error code ENOTFOUND\nnpm error network request to https://registry.npmjs.org/ws failed',
      'cannot be reached',
    ],
    ['npm error code ECONNREFUSED', 'cannot be reached'],
    ['npm error nospc ENOSPC: no space left on device, write', 'the disk is full'],
    ["npm error Error: EACCES: permission denied, mkdir '/srv/lookout/node_modules'", 'no permission to write'],
    ['npm error code E407', 'refused the request'],
    ['npm error code EINTEGRITY', 'damaged'],
  ])('explains %s', (output, message) => {
    const error = explainFailure('Installing dependencies', output);
    expect(error.message).toContain(message);
    expect(error.advice).toContain('run the same command again');
  });

  it('shows what npm said where it knows no better', () => {
    const error = explainFailure('Installing dependencies', 'npm error code EWEIRD\n');
    expect(error.message).toBe('this step failed: Installing dependencies.');
    expect(error.advice).toBe('npm error code EWEIRD');
  });
});
