import type { RuleEvent } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { afterChange, withNew } from './banners.js';

const event = (id: string, rule_id: string, frame_timestamp = 0, reason = id) =>
  ({ id, rule_id, frame_timestamp, reason }) as RuleEvent;
const shown = [event('a', 'door', 10), event('b', 'gate', 20)].reduce(withNew, []);

describe('withNew', () => {
  it('puts the newest first', () => {
    expect(shown.map((banner) => banner.event.id)).toEqual(['b', 'a']);
  });

  it('keeps one banner for each rule, with how often it warned since when', () => {
    expect(withNew(shown, event('c', 'door', 30))).toEqual([
      { event: event('c', 'door', 30), count: 2, sinceMs: 10 },
      { event: event('b', 'gate', 20), count: 1, sinceMs: 20 },
    ]);
  });
});

describe('afterChange', () => {
  it('shows an event as it goes on', () => {
    const goesOn = event('a', 'door', 10, 'for 50 s');
    expect(afterChange(shown, { kind: 'updated', event: goesOn })).toEqual([
      shown[0],
      { event: goesOn, count: 1, sinceMs: 10 },
    ]);
  });

  it('closes the banner of a deleted event', () => {
    expect(afterChange(shown, { kind: 'deleted', id: 'b' })).toEqual([shown[1]]);
  });

  it('leaves everything as it is for an event that has no banner', () => {
    expect(afterChange(shown, { kind: 'updated', event: event('c', 'gate') })).toBe(shown);
    expect(afterChange(shown, { kind: 'deleted', id: 'c' })).toBe(shown);
  });
});
