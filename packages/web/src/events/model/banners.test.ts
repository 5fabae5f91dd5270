import type { RuleEvent } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { afterChange, withNew, withoutRules } from './banners.js';

const event = (id: string, rule_id: string, frame_timestamp = 0, reason = id) =>
  ({ id, rule_id, frame_timestamp, reason, seen: false }) as RuleEvent;
const shown = [event('a', 'door', 10), event('b', 'gate', 20)].reduce(withNew, []);

describe('withNew', () => {
  it('puts the newest first', () => {
    expect(shown.map((banner) => banner.event.id)).toEqual(['b', 'a']);
  });

  it('keeps one banner for each rule, with how often it warned since when', () => {
    expect(withNew(shown, event('c', 'door', 30))).toEqual([
      { event: event('c', 'door', 30), count: 2, sinceMs: 10, isClosed: false },
      { event: event('b', 'gate', 20), count: 1, sinceMs: 20, isClosed: false },
    ]);
  });
});

describe('a banner that was closed', () => {
  const closed = withoutRules(shown, ['door']);

  it('stays closed while its event goes on, and when it is told of again', () => {
    const goesOn = event('a', 'door', 10, '2 people');
    const later = withNew(afterChange(closed, { kind: 'updated', event: goesOn }), goesOn);
    expect(later.map(({ isClosed }) => isClosed)).toEqual([false, true]);
  });

  it('gives way to the next event of its rule, which counts anew', () => {
    expect(withNew(closed, event('c', 'door', 30))).toEqual([
      { event: event('c', 'door', 30), count: 1, sinceMs: 30, isClosed: false },
      shown[0],
    ]);
  });
});

describe('afterChange', () => {
  it('closes the banner of an event that a second look has lowered to info', () => {
    const lowered = {
      ...event('a', 'door', 10),
      verification: { state: 'rejected', question: 'Is it?', lowered_from: 'warning' },
    } as RuleEvent;
    expect(afterChange(shown, { kind: 'updated', event: lowered }).map(({ isClosed }) => isClosed)).toEqual([
      false,
      true,
    ]);
  });

  it('shows an event as it goes on', () => {
    const goesOn = event('a', 'door', 10, 'for 50 s');
    expect(afterChange(shown, { kind: 'updated', event: goesOn })).toEqual([
      shown[0],
      { event: goesOn, count: 1, sinceMs: 10, isClosed: false },
    ]);
  });

  it('closes the banner of an event that was seen', () => {
    const seen = { ...event('b', 'gate', 20), seen: true };
    expect(afterChange(shown, { kind: 'changed', event: seen })[0]?.isClosed).toBe(true);
  });

  it('closes the banner of a deleted event', () => {
    expect(afterChange(shown, { kind: 'deleted', id: 'b' })).toEqual([shown[1]]);
  });

  it('leaves everything as it is for an event that has no banner', () => {
    expect(afterChange(shown, { kind: 'updated', event: event('c', 'gate') })).toBe(shown);
    expect(afterChange(shown, { kind: 'deleted', id: 'c' })).toBe(shown);
  });
});
