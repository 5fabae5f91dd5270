import type { ApiKey } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { settings } from './settings.js';

describe('what a key is for', () => {
  it.each<[ApiKey['scope'], string[] | undefined, string]>([
    ['admin', undefined, 'Admin'],
    ['detect', undefined, 'Detection API'],
    ['viewer', ['Yard', 'gate'], 'Viewer for Yard, gate'],
    ['operator', [], 'Operator for deleted cameras'],
  ])('%s, %j', (scope, cameras, expected) => {
    expect(settings.keys.purpose(scope, cameras)).toBe(expected);
  });
});
