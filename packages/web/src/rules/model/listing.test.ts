import { describe, expect, it } from 'vitest';
import { snoozedUntil, snoozeEnd, warningIn, withHome } from './listing.js';

describe('snoozing', () => {
  const NOON = new Date(2026, 4, 6, 12).getTime();

  it('ends after an hour, or tomorrow morning', () => {
    expect(snoozeEnd('hour', NOON)).toBe(new Date(2026, 4, 6, 13).getTime());
    expect(snoozeEnd('tomorrow', NOON)).toBe(new Date(2026, 4, 7, 8).getTime());
  });

  it('is over once its time has come', () => {
    expect(snoozedUntil({ snoozed_until: NOON + 1 }, NOON)).toBe(NOON + 1);
    expect(snoozedUntil({ snoozed_until: NOON }, NOON)).toBeUndefined();
    expect(snoozedUntil({ snoozed_until: null }, NOON)).toBeUndefined();
  });
});

describe('home and away', () => {
  it('counts the rules that are on and for that mode', () => {
    const rules = [
      { enabled: true, modes: ['home', 'away'] },
      { enabled: true, modes: ['away'] },
      { enabled: false, modes: ['home'] },
    ] as Parameters<typeof warningIn>[1];
    expect([warningIn('home', rules), warningIn('away', rules)]).toEqual([1, 2]);
  });

  it('leaves a rule with a mode in which it warns', () => {
    expect(withHome(['away'], true)).toEqual(['home', 'away']);
    expect(withHome(['home', 'away'], false)).toEqual(['away']);
    expect(withHome(['home'], false)).toEqual(['away']);
  });
});
