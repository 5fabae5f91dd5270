import type { RuleEvent, StoredRule } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { t } from '../../strings/index.js';
import { headlineOf, leadOf, newsOf, watchingRules } from './news.js';

const NOW = new Date(2026, 4, 9, 14, 10).getTime();
const LAST_NIGHT = new Date(2026, 4, 8, 23, 47).getTime();
const event = (more: Partial<RuleEvent> = {}) =>
  ({ severity: 'warning', verdict: null, started_at: NOW, ...more }) as RuleEvent;
const rule = (more: Partial<StoredRule> = {}) =>
  ({ enabled: true, snoozed_until: null, modes: ['home', 'away'], ...more }) as StoredRule;

describe('the headline', () => {
  it('counts what nobody has seen, since the first of it', () => {
    const unseen = [event(), event(), event({ started_at: LAST_NIGHT })];
    expect(headlineOf(newsOf(3, unseen, true, unseen), NOW)).toBe('Three things since last night');
    expect(headlineOf(newsOf(1, unseen.slice(2), true, unseen), NOW)).toBe('One thing since last night');
    expect(headlineOf(newsOf(100, unseen, false, unseen), NOW)).toBe('100 things or more that nobody has seen');
    expect(headlineOf(newsOf(60, unseen, false, unseen), NOW)).toBe('60 things that nobody has seen');
  });

  it('says that nothing happened, and since when', () => {
    expect(headlineOf(newsOf(0, [], true, [event({ started_at: LAST_NIGHT })]), NOW)).toBe(
      'Nothing happened since last night',
    );
    expect(headlineOf(newsOf(0, [], true, []), NOW)).toBe('Nothing has happened yet');
  });
});

it('opens with the newest warning that is not called wrong', () => {
  const [note, wrong, warning] = [event({ severity: 'info' }), event({ verdict: 'wrong_place' }), event()];
  expect(leadOf([note, wrong, warning, event()])).toBe(warning);
  expect(leadOf([note])).toBeUndefined();
});

it('counts the rules that can warn now', () => {
  const rules = [rule(), rule({ enabled: false }), rule({ snoozed_until: NOW + 1 }), rule({ modes: ['away'] })];
  expect(watchingRules(rules, 'home', NOW)).toBe(1);
  expect(watchingRules(rules, 'away', NOW)).toBe(2);
});

it.each([
  [4, 5, 'Four of five rules are watching.'],
  [1, 5, 'One of five rules is watching.'],
  [5, 5, 'All five rules are watching.'],
  [2, 2, 'Both rules are watching.'],
  [1, 1, 'Your rule is watching.'],
  [0, 2, 'No rule is watching.'],
])('%d of %d: %s', (watching, all, words) => {
  expect(t.home.rules(watching, all)).toBe(words);
});
