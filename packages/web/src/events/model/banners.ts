import type { EventChangeTold } from '@lookout/client';
import type { RuleEvent } from '@lookout/protocol';

const MAX_KEPT = 100;

/** One rule's banner. */
export interface RuleBanner {
  /** The newest of the rule's events. */
  event: RuleEvent;
  /** How many events it stands for. */
  count: number;
  /** When the picture of the first of them was taken, ms since 1970. */
  sinceMs: number;
}

/** Banners with a new event first: it takes the place of older ones of its rule. */
export function withNew(shown: readonly RuleBanner[], event: RuleEvent): readonly RuleBanner[] {
  const before = shown.find((banner) => banner.event.rule_id === event.rule_id);
  const banner = { event, count: (before?.count ?? 0) + 1, sinceMs: before?.sinceMs ?? event.frame_timestamp };
  return [banner, ...shown.filter((other) => other !== before)].slice(0, MAX_KEPT);
}

/** Banners after a change of an event: its reason follows as it goes on, and a deleted one has no banner. */
export function afterChange(shown: readonly RuleBanner[], change: EventChangeTold): readonly RuleBanner[] {
  const id = change.kind === 'deleted' ? change.id : change.event.id;
  if (!shown.some(({ event }) => event.id === id)) return shown;
  if (change.kind === 'deleted') return shown.filter(({ event }) => event.id !== id);
  return shown.map((banner) => (banner.event.id === id ? { ...banner, event: change.event } : banner));
}
