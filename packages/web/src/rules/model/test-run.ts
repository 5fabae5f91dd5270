import type { Rule, RuleTestResult, TestedEvent } from '@lookout/protocol';

const MINUTE_MS = 60_000;
/** A picture that is further from a moment does not show objects where they were then, ms. */
const SAME_MOMENT_MS = 150;

/** How much of a time a camera was watched. */
export interface Watched {
  minutes: number;
  /** Of how many. */
  of: number;
  /** The first picture that is remembered, ms since 1970, if it is from within that time: the camera may be as new. */
  since: number | undefined;
  /** Times without a picture after that. */
  gaps: ReadonlyArray<{ from: number; until: number }>;
}

/** How much of the minutes that were asked for a camera was watched. */
export function watchedIn({ from, until, gaps }: Omit<RuleTestResult, 'events'>, minutes: number): Watched {
  const asked = until - minutes * MINUTE_MS;
  const since = from - asked >= MINUTE_MS ? from : undefined;
  const missingMs = gaps.reduce((sum, gap) => sum + gap.until - gap.from, (since ?? asked) - asked);
  const watched = minutes - missingMs / MINUTE_MS;
  // A few seconds are not nothing.
  return { minutes: watched <= 0 ? 0 : Math.max(1, Math.round(watched)), of: minutes, since, gaps };
}

/** Events of several runs, newest first. */
export function newestFirst<T extends Pick<TestedEvent, 'started_at'>>(events: readonly T[]): T[] {
  return [...events].sort((a, b) => b.started_at - a.started_at);
}

/** Whether the boxes of an event are right for its picture. */
export function showsMoment({
  frame_timestamp,
  snapshot_timestamp,
}: Pick<TestedEvent, 'frame_timestamp' | 'snapshot_timestamp'>): boolean {
  return snapshot_timestamp !== null && Math.abs(snapshot_timestamp - frame_timestamp) <= SAME_MOMENT_MS;
}

/** How many objects a rule needs at the same moment to fire. */
export function objectsNeeded({ trigger }: Rule): number {
  const count = 'count' in trigger ? trigger.count : undefined;
  if (count === undefined || count.op === '<' || count.op === '<=') return 1;
  return Math.max(1, count.op === '>' ? count.value + 1 : count.value);
}
