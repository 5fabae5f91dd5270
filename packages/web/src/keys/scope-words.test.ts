import type { ApiKey } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { describeKey } from './scope-words.js';

const key = (rest: Pick<ApiKey, 'scope' | 'cameras'>): ApiKey => ({ id: 'k', name: 'Robot', created_at: 0, ...rest });

describe('describeKey', () => {
  it.each<[Pick<ApiKey, 'scope' | 'cameras'>, string]>([
    [{ scope: 'admin' }, 'Admin'],
    [{ scope: 'detect' }, 'Detection API'],
    [{ scope: 'viewer', cameras: ['yard', 'gate'] }, 'Viewer of Yard, gate'],
    [{ scope: 'operator', cameras: [] }, 'Operator of deleted cameras'],
  ])('%j is "%s"', (given, expected) => {
    expect(describeKey(key(given), (id) => (id === 'yard' ? 'Yard' : id))).toBe(expected);
  });
});
