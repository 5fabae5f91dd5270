import type { Mode, StoredRule } from '@lookout/protocol';

const HOUR_MS = 3_600_000;
/** When a rule that sleeps until tomorrow wakes. */
const MORNING_HOUR = 8;

/** Until when a rule is silent by hand; undefined: it is not. */
export function snoozedUntil({ snoozed_until }: Pick<StoredRule, 'snoozed_until'>, nowMs: number): number | undefined {
  return snoozed_until !== null && snoozed_until > nowMs ? snoozed_until : undefined;
}

/** When a snooze of an hour, or until tomorrow morning, ends. In the time zone of this device. */
export function snoozeEnd(kind: 'hour' | 'tomorrow', nowMs: number): number {
  if (kind === 'hour') return nowMs + HOUR_MS;
  const morning = new Date(nowMs);
  morning.setDate(morning.getDate() + 1);
  morning.setHours(MORNING_HOUR, 0, 0, 0);
  return morning.getTime();
}

/** How many of the rules that are on can warn in a mode. */
export function warningIn(mode: Mode, rules: readonly Pick<StoredRule, 'enabled' | 'modes'>[]): number {
  return rules.filter(({ enabled, modes }) => enabled && modes.includes(mode)).length;
}

/** The modes of a rule after “also at home” was switched. */
export function withHome(modes: readonly Mode[], isHomeToo: boolean): Mode[] {
  const others = modes.filter((mode) => mode !== 'home');
  if (isHomeToo) return ['home', ...others];
  // A rule warns in some mode.
  return others.length > 0 ? others : ['away'];
}
