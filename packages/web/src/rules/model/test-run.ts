import type { RuleTestResult, TestedEvent } from '@lookout/protocol';

const MINUTE_MS = 60_000;

/** How much of a time a camera was watched. */
export interface Watched {
  minutes: number;
  /** Of how many. */
  of: number;
  /** Times without a picture, also that before the first one that is remembered. */
  gaps: Array<{ from: number; until: number }>;
}

/** How much of the minutes that were asked for a camera was watched. */
export function watchedIn({ from, until, gaps }: Omit<RuleTestResult, 'events'>, minutes: number): Watched {
  const asked = until - minutes * MINUTE_MS;
  const all = from - asked >= MINUTE_MS ? [{ from: asked, until: from }, ...gaps] : [...gaps];
  const missingMs = all.reduce((sum, gap) => sum + gap.until - gap.from, 0);
  return { minutes: Math.max(0, Math.round(minutes - missingMs / MINUTE_MS)), of: minutes, gaps: all };
}

/** Events of several runs, newest first. */
export function newestFirst<T extends Pick<TestedEvent, 'started_at'>>(events: readonly T[]): T[] {
  return [...events].sort((a, b) => b.started_at - a.started_at);
}
