import { describe, expect, it } from 'vitest';
import { BEHAVIORS, EventsQuery, NewRule, NewWebhook, RulePatch, Trigger } from './index.js';

const rule = { trigger: { behavior: 'appear', subject: { classes: ['person'] } } };

describe('events', () => {
  it('can have the behavior of every trigger', () => {
    expect([...BEHAVIORS].sort()).toEqual(Trigger.options.map(({ shape }) => shape.behavior.value).sort());
  });

  it('are queried by a query string', () => {
    expect(EventsQuery.parse({ limit: '20', since: '1700000000000', seen: 'false' })).toEqual({
      limit: 20,
      since: 1_700_000_000_000,
      seen: false,
    });
    expect(EventsQuery.parse({}).limit).toBe(50);
    for (const query of [{ limit: '0' }, { limit: '201' }, { limit: '1.5' }, { verdict: 'good' }, { other: '1' }]) {
      expect(EventsQuery.safeParse(query).success, JSON.stringify(query)).toBe(false);
    }
  });
});

describe('rules', () => {
  it('are given as a sentence or as a rule', () => {
    expect(NewRule.parse({ prompt: ' someone at the gate ' })).toEqual({ prompt: 'someone at the gate' });
    expect(NewRule.parse({ rule, modes: ['away'] })).toMatchObject({
      rule: { cameras: 'all', cooldown_s: 60 },
      modes: ['away'],
    });
    expect(NewRule.safeParse({}).success).toBe(false);
    expect(NewRule.safeParse({ prompt: '  ' }).success).toBe(false);
  });

  it('list each mode once, and at least one', () => {
    expect(RulePatch.safeParse({ modes: ['home', 'away'] }).success).toBe(true);
    expect(RulePatch.safeParse({ modes: [] }).success).toBe(false);
    expect(RulePatch.safeParse({ modes: ['home', 'home'] }).success).toBe(false);
  });
});

describe('webhooks', () => {
  it('have an http(s) address and tell all events unless asked otherwise', () => {
    const url = 'http://192.168.1.9:8123/api/webhook/x';
    expect(NewWebhook.parse({ url })).toEqual({ url, min_severity: 'info', rules: 'all', enabled: true });
    expect(NewWebhook.safeParse({ url: 'file:///etc/passwd' }).success).toBe(false);
    expect(NewWebhook.safeParse({ url, secret: 'short' }).success).toBe(false);
    expect(NewWebhook.safeParse({ url, secret: `whsec_${Buffer.alloc(32).toString('base64')}` }).success).toBe(true);
  });
});
