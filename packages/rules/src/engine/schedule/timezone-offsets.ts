/** Offsets change on quarter hours, UTC. */
const BLOCK_MS = 15 * 60_000;
const MAX_CACHED_BLOCKS = 256;

/** UTC offsets of a time zone, cached, so that `Intl` is called once per quarter of an hour of frame time. */
export class TimezoneOffsets {
  readonly #format: Intl.DateTimeFormat;
  readonly #offsetOfBlock = new Map<number, number>();

  /** @param timezone IANA name. @throws RangeError if there is no such zone. */
  constructor(timezone: string) {
    this.#format = new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** @returns local time minus UTC, ms. */
  at(timeMs: number): number {
    const block = Math.floor(timeMs / BLOCK_MS);
    const cached = this.#offsetOfBlock.get(block);
    if (cached !== undefined) return cached;
    if (this.#offsetOfBlock.size >= MAX_CACHED_BLOCKS) this.#offsetOfBlock.clear();
    const offset = this.#read(block * BLOCK_MS);
    this.#offsetOfBlock.set(block, offset);
    return offset;
  }

  #read(timeMs: number): number {
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of this.#format.formatToParts(timeMs)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - timeMs;
  }

  /**
   * The first and the last moment at which local clocks show a time. They differ if clocks are set back over it. If clocks skip it, both are
   * the moment of the change.
   * @param day local days since 1970-01-01. @param minute of that day, 0 to 1440.
   */
  momentsOf(day: number, minute: number): { first: number; last: number } {
    const shownMs = day * 86_400_000 + minute * 60_000;
    const before = this.at(shownMs - 86_400_000);
    const after = this.at(shownMs + 86_400_000);
    const moments = [shownMs - before, shownMs - after].filter((moment) => moment + this.at(moment) === shownMs);
    if (moments.length > 0) return { first: Math.min(...moments), last: Math.max(...moments) };
    const change = this.#changeBetween(shownMs - Math.max(before, after), shownMs - Math.min(before, after));
    return { first: change, last: change };
  }

  /** The first block boundary in the range at which the offset differs from that at its start. */
  #changeBetween(fromMs: number, untilMs: number): number {
    const offset = this.at(fromMs);
    let moment = (Math.floor(fromMs / BLOCK_MS) + 1) * BLOCK_MS;
    while (moment < untilMs && this.at(moment) === offset) moment += BLOCK_MS;
    return moment;
  }
}
