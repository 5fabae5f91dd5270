import { describe, expect, it } from 'vitest';
import { CATALOGUE } from './catalogue.js';
import { downloadBytes, RESTRICTIONS } from './catalogue-entry.js';

describe('the catalogue', () => {
  it.each(CATALOGUE.map((entry) => [entry.name, entry] as const))('pins files of %s', (name, { files, task, use }) => {
    expect(name).toMatch(/^[a-z0-9.-]+$/);
    for (const { url, bytes, sha256 } of files) {
      // The contents of a branch could change.
      expect(url).toMatch(/^https:\/\/(github\.com\/.*\/releases\/download\/|[^/]+\/.*\/[0-9a-f]{40}\/)/);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(bytes).toBeGreaterThan(0);
    }
    expect(new Set(files.map((file) => file.name)).size).toBe(files.length);
    // Models that take text need a tokenizer; detectors are one file.
    const hasTokenizer = files.some(({ role }) => role === 'tokenizer');
    expect(hasTokenizer).toBe(task === 'embed' || task === 'open-detect');
    expect(files.length === 1).toBe(task === 'detect');
    if (use !== 'any') expect(RESTRICTIONS[use]).not.toBe('');
  });

  it('has each name and each file once', () => {
    const names = CATALOGUE.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const sums = CATALOGUE.flatMap(({ files }) => files.map(({ sha256 }) => sha256));
    expect(new Set(sums).size).toBe(sums.length);
  });

  it('has a small model without restrictions for each task', () => {
    for (const task of ['detect', 'embed', 'open-detect', 'segment'] as const) {
      const small = CATALOGUE.filter((entry) => entry.task === task && downloadBytes(entry) < 200e6);
      expect(small.some(({ use }) => use === 'any')).toBe(true);
    }
  });
});
