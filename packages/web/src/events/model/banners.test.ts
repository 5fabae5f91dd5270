import type { RuleEvent } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { afterChange } from './banners.js';

const event = (id: string, reason = id) => ({ id, reason }) as RuleEvent;
const shown = [event('b'), event('a')];

describe('afterChange', () => {
  it('shows an event as it goes on', () => {
    expect(afterChange(shown, { kind: 'updated', event: event('a', 'for 50 s') })).toEqual([
      event('b'),
      event('a', 'for 50 s'),
    ]);
  });

  it('closes the banner of a deleted event', () => {
    expect(afterChange(shown, { kind: 'deleted', id: 'b' })).toEqual([event('a')]);
  });

  it('leaves everything as it is for an event that has no banner', () => {
    expect(afterChange(shown, { kind: 'updated', event: event('c') })).toBe(shown);
    expect(afterChange(shown, { kind: 'deleted', id: 'c' })).toBe(shown);
  });
});
