import { DAYS, type Schedule, type ScheduleWindow } from '@lookout/protocol';
import type { TimezoneOffsets } from './timezone-offsets.js';

const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday. */
const WEEKDAY_OF_DAY_0 = 3;

/** A span of time, end excluded. */
interface Stretch {
  readonly from: number;
  readonly until: number;
}

/**
 * Whether a schedule is active at a given time. A window belongs to the day on which it starts. It opens the first time that clocks show its
 * start and closes the last time that they show its end, so there is no gap when clocks are set back. If clocks skip its start or end,
 * the moment of the change counts.
 */
export class ScheduleClock {
  readonly #windows: readonly ScheduleWindow[];
  readonly #offsets: TimezoneOffsets;
  /** The last answer, and when it is valid. */
  #isActive = false;
  #valid: Stretch = { from: 0, until: 0 };

  constructor(schedule: Schedule, offsets: TimezoneOffsets) {
    this.#windows = Array.isArray(schedule) ? schedule : [schedule];
    this.#offsets = offsets;
  }

  isActiveAt(timeMs: number): boolean {
    if (timeMs < this.#valid.from || timeMs >= this.#valid.until) this.#look(timeMs);
    return this.#isActive;
  }

  #look(timeMs: number): void {
    const today = Math.floor((timeMs + this.#offsets.at(timeMs)) / DAY_MS);
    // Windows of the previous day may still be open, or of the day before that if clocks were set back.
    const stretches = [-2, -1, 0, 1].flatMap((days) =>
      this.#windows.flatMap((one) => this.#stretch(one, today + days)),
    );
    const bounds = stretches.flatMap(({ from, until }) => [from, until]);
    this.#isActive = stretches.some(({ from, until }) => from <= timeMs && timeMs < until);
    this.#valid = {
      from: Math.max(timeMs - DAY_MS / 2, ...bounds.filter((bound) => bound <= timeMs)),
      until: Math.min(timeMs + DAY_MS / 2, ...bounds.filter((bound) => bound > timeMs)),
    };
  }

  #stretch({ from, to, days }: ScheduleWindow, day: number): Stretch[] {
    const weekday = DAYS[(((day + WEEKDAY_OF_DAY_0) % 7) + 7) % 7];
    if (days && !days.some((one) => one === weekday)) return [];
    const start = minuteOf(from);
    const end = minuteOf(to);
    const opens = this.#offsets.momentsOf(day, start).first;
    const closes = this.#offsets.momentsOf(end > start ? day : day + 1, end).last;
    return [{ from: opens, until: closes }];
  }
}

function minuteOf(timeOfDay: string): number {
  const [hours = 0, minutes = 0] = timeOfDay.split(':').map(Number);
  return 60 * hours + minutes;
}
