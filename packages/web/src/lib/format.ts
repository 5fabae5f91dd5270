import { t } from '../strings/index.js';

/** Milliseconds for people: `42 ms`, `1.4 s`, `3 min`, `2.5 h`. */
export function formatMs(ms: number): string {
  const rounded = Math.round(ms);
  if (rounded < 1000) return `${rounded} ms`;
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${t.number(seconds, 1)} s`;
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  return formatDuration(seconds);
}

/** A stage of a frame: one decimal below ten milliseconds, where it matters. */
export function formatStage(ms: number): string {
  if (ms < 0.05) return '0';
  return t.number(ms, ms < 9.95 ? 1 : 0);
}

/** `45 s`, `12 min`, `3 h 20 min`, `5 d 4 h`. @param seconds not negative */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return hours % 24 ? `${Math.floor(hours / 24)} d ${hours % 24} h` : `${Math.floor(hours / 24)} d`;
}

/** Frames per second: one decimal below ten. */
export function formatFps(fps: number): string {
  return t.number(fps, fps < 9.95 ? 1 : 0);
}

/** `1 234`, `12.3 k`, `4.56 M`. */
export function formatCount(count: number): string {
  if (count < 10_000) return String(count).replace(/\B(?=(\d{3})+$)/g, '\u202f');
  if (count < 999_950) return `${t.number(count / 1000, 1)} k`;
  return `${t.number(count / 1_000_000, 2)} M`;
}

/** `640 × 480` */
export function formatSize(width: number | undefined, height: number | undefined): string {
  return width && height ? `${width} × ${height}` : t.units.none;
}

/** What was found, most frequent first: `3 people, 1 car`; `nothing` for none. */
export function summariseClasses(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const given of names) {
    // A description such as “a pizza” is counted like a class.
    const name = given.replace(/^(?:an?|the) (?=.)/i, '');
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const parts = [...counts]
    .sort(([a, m], [b, n]) => n - m || a.localeCompare(b))
    .map(([name, n]) => t.objects(name, n));
  return parts.length > 0 ? parts.join(', ') : t.noObjects;
}

/** A delay below it feels immediate. */
const FRESH_BELOW_MS = 100;
/** From here on it is clearly late. */
const LATE_FROM_MS = 300;

/** A live picture that is later than that is marked wherever it is shown, ms. */
export const MARKED_FROM_MS = 500;

/** Grade of a delay. */
export type DelayGrade = 'fresh' | 'delayed' | 'late';

/** @param ageMs capture to screen */
export function gradeDelay(ageMs: number): DelayGrade {
  if (ageMs < FRESH_BELOW_MS) return 'fresh';
  return ageMs < LATE_FROM_MS ? 'delayed' : 'late';
}
