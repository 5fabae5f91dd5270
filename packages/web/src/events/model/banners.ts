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
  /** Kept, so that it stays closed however its event goes on. */
  isClosed: boolean;
}

/** Banners with a new event first: it takes the place of older ones of its rule. One that is told of again changes nothing. */
export function withNew(shown: readonly RuleBanner[], event: RuleEvent): readonly RuleBanner[] {
  if (shown.some((banner) => banner.event.id === event.id)) return shown;
  const before = shown.find((banner) => banner.event.rule_id === event.rule_id && !banner.isClosed);
  const banner: RuleBanner = {
    event,
    count: (before?.count ?? 0) + 1,
    sinceMs: before?.sinceMs ?? event.frame_timestamp,
    isClosed: false,
  };
  return [banner, ...shown.filter((other) => other.event.rule_id !== event.rule_id)].slice(0, MAX_KEPT);
}

/** Closes the banners of these rules. */
export function withoutRules(shown: readonly RuleBanner[], ruleIds: readonly string[]): readonly RuleBanner[] {
  return shown.map((banner) => (ruleIds.includes(banner.event.rule_id) ? { ...banner, isClosed: true } : banner));
}

/** Banners after a change of an event: its reason is updated; events that are deleted, seen or lowered by a second look have none. */
export function afterChange(shown: readonly RuleBanner[], change: EventChangeTold): readonly RuleBanner[] {
  const id = change.kind === 'deleted' ? change.id : change.event.id;
  if (!shown.some(({ event }) => event.id === id)) return shown;
  if (change.kind === 'deleted') return shown.filter(({ event }) => event.id !== id);
  const { event } = change;
  const isOver = event.seen || event.verification?.lowered_from !== undefined;
  return shown.map((banner) =>
    banner.event.id === id ? { ...banner, event, isClosed: banner.isClosed || isOver } : banner,
  );
}
