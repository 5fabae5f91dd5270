import { describe, expect, it } from 'vitest';
import { regionKey } from './region-key.js';

describe('regionKey', () => {
  it('is the same for names that differ in case, spaces and composition only', () => {
    expect(regionKey('  Back \t Door')).toBe('back door');
    expect(regionKey('Cafe\u0301')).toBe(regionKey('CAFÉ'));
  });
});
