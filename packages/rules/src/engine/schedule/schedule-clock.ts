import { DAYS, type Schedule, type ScheduleWindow } from '@lookout/protocol';
import type { TimezoneOffsets } from './timezone-offsets.js';

const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday. */
const WEEKDAY_OF_DAY_0 = 3;

/** A stretch of time, its end excluded. */
interface Stretch {
  readonly from: number;
  readonly until: number;
}

/**
 * Tells whether a schedule is active at a moment. A window belongs to the day it starts on. It opens the first time that clocks show its
 * start and closes the last time that they show its end, so that a night on which clocks are set back is watched throughout; a start or
 * end that clocks skip counts at the moment of the change.
 */
export class ScheduleClock {
  readonly #windows: readonly ScheduleWindow[];
  readonly #offsets: TimezoneOffsets;
  /** The answer, and how long it is valid. */
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
    // Windows of the day before may still be open; a change of clocks may make them last into the day after.
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
