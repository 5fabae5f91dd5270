import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../paths.js';

const PERMISSIVE = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'Unlicense',
  '(MIT OR Apache-2.0)',
  '(MIT OR CC0-1.0)',
];
/** By a licence file that package.json does not mention. */
const READ_BY_HAND: Readonly<Record<string, string>> = { '@shinyoshiaki/jspack': 'BSD-3-Clause' };

interface LockEntry {
  license?: string;
  link?: boolean;
  dev?: boolean;
  devDependencies?: Record<string, string>;
}

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const lock = (JSON.parse(read('package-lock.json')) as { packages: Record<string, LockEntry> }).packages;
const nameOf = (path: string) => path.replace(/^.*node_modules\//, '');

/** Packages of a running server, and those that are built into its pages. */
const shipped = Object.entries(lock)
  .filter(([path, entry]) => path.includes('node_modules/') && !entry.link)
  .filter(([path, entry]) => !entry.dev || nameOf(path) in (lock['packages/web']?.devDependencies ?? {}))
  .map(([path, entry]) => ({ name: nameOf(path), licence: entry.license ?? READ_BY_HAND[nameOf(path)] ?? 'unknown' }));

it('names every shipped package whose licence is not permissive in NOTICE and docs/licences.md', () => {
  expect(shipped.length).toBeGreaterThan(100);
  const pages = [read('NOTICE'), read('docs/licences.md')];
  const unnamed = shipped
    .filter(({ licence }) => !PERMISSIVE.includes(licence))
    .filter(({ name }) => !pages.every((page) => page.includes(name)));
  expect(unnamed).toEqual([]);
});

describe('the FFmpeg of node-av', () => {
  it('is asked for no encoders but its own for JPEG and the BSD-licensed one for VP9', () => {
    const sources = execFileSync('git', ['ls-files', 'packages/*/src/*.ts'], { cwd: root })
      .toString()
      .trim()
      .split('\n');
    const encoders = sources
      .filter((path) => !path.endsWith('.test.ts') && !path.includes('/testing/'))
      .flatMap(
        (path) =>
          read(path).match(
            /\bFF_ENCODER_\w+|\bfindEncoder\(.*|findEncoderByName\((?!FF_ENCODER_(?:MJPEG|LIBVPX_VP9)\)).*/g,
          ) ?? [],
      );
    expect([...new Set(encoders)].sort()).toEqual(['FF_ENCODER_LIBVPX_VP9', 'FF_ENCODER_MJPEG']);
  });
});
