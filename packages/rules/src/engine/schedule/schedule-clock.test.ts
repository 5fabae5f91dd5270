import { describe, expect, it } from 'vitest';
import { ScheduleClock } from './schedule-clock.js';
import { TimezoneOffsets } from './timezone-offsets.js';

const berlin = new TimezoneOffsets('Europe/Berlin');
const night = { from: '22:00', to: '06:00' };
const at = (time: string) => Date.parse(time);

/** Moments at which the schedule changes, minute by minute, UTC. */
function changes(clock: ScheduleClock, from: string, until: string): string[] {
  const found: string[] = [];
  let wasActive = clock.isActiveAt(at(from));
  for (let ms = at(from); ms <= at(until); ms += 60_000) {
    const isActive = clock.isActiveAt(ms);
    if (isActive !== wasActive) found.push(`${isActive ? 'on' : 'off'} ${new Date(ms).toISOString().slice(5, 16)}`);
    wasActive = isActive;
  }
  return found;
}

describe('ScheduleClock', () => {
  it('opens and closes by local time, its end excluded', () => {
    const clock = new ScheduleClock({ from: '09:00', to: '17:00' }, berlin);
    expect(clock.isActiveAt(at('2026-01-15T07:59:59.999Z'))).toBe(false);
    expect(clock.isActiveAt(at('2026-01-15T08:00:00Z'))).toBe(true);
    expect(clock.isActiveAt(at('2026-01-15T15:59:59.999Z'))).toBe(true);
    expect(clock.isActiveAt(at('2026-01-15T16:00:00Z'))).toBe(false);
    expect(clock.isActiveAt(at('2026-07-15T07:00:00Z'))).toBe(true);
  });

  it('counts a window past midnight to the day on which it starts', () => {
    const clock = new ScheduleClock({ ...night, days: ['fri'] }, berlin);
    expect(changes(clock, '2026-01-15T00:00Z', '2026-01-20T00:00Z')).toEqual(['on 01-16T21:00', 'off 01-17T05:00']);
  });

  it('takes a list of windows, whole days and windows that end where they start', () => {
    const clock = new ScheduleClock(
      [
        { from: '17:00', to: '09:00' },
        { from: '09:00', to: '17:00', days: ['sat', 'sun'] },
      ],
      berlin,
    );
    expect(changes(clock, '2026-01-16T12:00Z', '2026-01-20T00:00Z')).toEqual([
      'on 01-16T16:00',
      'off 01-19T08:00',
      'on 01-19T16:00',
    ]);
    const sunday = new ScheduleClock({ from: '00:00', to: '24:00', days: ['sun'] }, berlin);
    expect(changes(sunday, '2026-01-16T12:00Z', '2026-01-20T00:00Z')).toEqual(['on 01-17T23:00', 'off 01-18T23:00']);
    const always = new ScheduleClock({ from: '08:00', to: '08:00' }, berlin);
    expect(changes(always, '2026-01-16T12:00Z', '2026-01-20T00:00Z')).toEqual([]);
    expect(always.isActiveAt(at('2026-01-16T12:00Z'))).toBe(true);
  });

  it('takes the moment of the change for a time that clocks skip', () => {
    // On 29 March 2026 clocks in Berlin went from 02:00 to 03:00 at 01:00 UTC.
    const range = ['2026-03-28T12:00Z', '2026-03-29T12:00Z'] as const;
    const startsInGap = new ScheduleClock({ from: '02:30', to: '05:00' }, berlin);
    expect(changes(startsInGap, ...range)).toEqual(['on 03-29T01:00', 'off 03-29T03:00']);
    const endsInGap = new ScheduleClock({ from: '22:00', to: '02:30' }, berlin);
    expect(changes(endsInGap, ...range)).toEqual(['on 03-28T21:00', 'off 03-29T01:00']);
    expect(changes(new ScheduleClock({ from: '02:10', to: '02:50' }, berlin), ...range)).toEqual([]);
  });

  it('opens at the first and closes at the last of the moments that clocks show twice', () => {
    // On 25 October 2026 clocks in Berlin went from 03:00 back to 02:00 at 01:00 UTC.
    const range = ['2026-10-24T12:00Z', '2026-10-25T12:00Z'] as const;
    const starts = new ScheduleClock({ from: '02:30', to: '05:00' }, berlin);
    expect(changes(starts, ...range)).toEqual(['on 10-25T00:30', 'off 10-25T04:00']);
    const ends = new ScheduleClock({ from: '22:00', to: '02:30' }, berlin);
    expect(changes(ends, ...range)).toEqual(['on 10-24T20:00', 'off 10-25T01:30']);
  });

  it('knows zones with half hours, changes at midnight and other hemispheres', () => {
    const lordHowe = new ScheduleClock(night, new TimezoneOffsets('Australia/Lord_Howe'));
    expect(changes(lordHowe, '2026-04-04T00:00Z', '2026-04-05T00:00Z')).toEqual(['on 04-04T11:00', 'off 04-04T19:30']);
    // In Beirut clocks skip midnight: 29 March 2026 began at 01:00.
    const beirut = new ScheduleClock({ from: '00:00', to: '06:00' }, new TimezoneOffsets('Asia/Beirut'));
    expect(changes(beirut, '2026-03-28T12:00Z', '2026-03-29T12:00Z')).toEqual(['on 03-28T22:00', 'off 03-29T03:00']);
    const kathmandu = new ScheduleClock(night, new TimezoneOffsets('Asia/Kathmandu'));
    expect(changes(kathmandu, '2026-06-01T00:30Z', '2026-06-02T00:00Z')).toEqual(['on 06-01T16:15']);
  });

  it('gives the same answers in any order', () => {
    const clock = new ScheduleClock(night, berlin);
    const times = Array.from({ length: 200 }, (_, index) => at('2026-10-24T00:00Z') + ((index * 7919) % 200) * 900_000);
    for (const ms of times) expect(clock.isActiveAt(ms)).toBe(new ScheduleClock(night, berlin).isActiveAt(ms));
  });
});

describe('TimezoneOffsets', () => {
  it('refuses zones that do not exist', () => {
    expect(() => new TimezoneOffsets('Europe/Atlantis')).toThrow(RangeError);
  });
});
