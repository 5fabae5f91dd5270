import type { Mode, RuleEvent, StoredRule } from '@lookout/protocol';
import { sinceInWords } from '../../lib/when.js';
import { snoozedUntil } from '../../rules/model/listing.js';
import { t } from '../../strings/index.js';

/** What the top of the page tells. */
export interface News {
  /** How many events nobody has seen, at most 100. */
  unseen: number;
  /** When the first of them began, Unix epoch ms; undefined where that is not known. */
  sinceMs: number | undefined;
  /** When the last event of all began; undefined: there is none. */
  lastMs: number | undefined;
}

/** What there is to say of events. @param listed the newest unseen ones, newest first @param isAll none is missing there */
export function newsOf(
  unseen: number,
  listed: readonly RuleEvent[],
  isAll: boolean,
  latest: readonly RuleEvent[],
): News {
  return { unseen, sinceMs: isAll ? listed.at(-1)?.started_at : undefined, lastMs: latest[0]?.started_at };
}

/** Whether anything happened, in a few words: `Three things since last night`. */
export function headlineOf({ unseen, sinceMs, lastMs }: News, nowMs: number): string {
  const since = unseen > 0 ? sinceMs : lastMs;
  const words = unseen > 0 ? t.home.happened : t.home.quiet;
  return words(since === undefined ? undefined : sinceInWords(since, nowMs), unseen);
}

/** The event that the page opens with: the newest warning that nobody has seen, and that nobody has called wrong. */
export function leadOf(unseen: readonly RuleEvent[]): RuleEvent | undefined {
  return unseen.find(({ severity, verdict }) => severity !== 'info' && (verdict === null || verdict === 'right'));
}

/** How many rules can warn now: on, not snoozed, and meant for who is in. @param mode undefined: not known yet */
export function watchingRules(rules: readonly StoredRule[], mode: Mode | undefined, nowMs: number): number {
  return rules.filter(
    (rule) =>
      rule.enabled && snoozedUntil(rule, nowMs) === undefined && (mode === undefined || rule.modes.includes(mode)),
  ).length;
}
