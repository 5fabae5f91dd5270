import type { Day, ScheduleWindow } from '@lookout/protocol';

export interface ScheduleWords {
  /** Short names, from Monday on. */
  weekdays: Record<Day, string>;
  /** `Mon to Fri`, `22:00 to 06:00` */
  to: (from: string, to: string) => string;
  allDay: string;
  and: (items: readonly string[]) => string;
}

/** When a rule watches, in the words of a language: `Mon to Fri, 09:00 to 17:00`. Only the languages import it. */
export function scheduleIn({ weekdays, to, allDay, and }: ScheduleWords): (window: ScheduleWindow) => string {
  const week = Object.keys(weekdays) as Day[];
  const daysIn = (chosen: readonly Day[]) => {
    const sorted = week.filter((day) => chosen.includes(day));
    const [first, last] = [sorted[0], sorted.at(-1)];
    if (first === undefined || last === undefined) return '';
    const isRun = sorted.length > 2 && week.indexOf(last) - week.indexOf(first) === sorted.length - 1;
    return isRun ? to(weekdays[first], weekdays[last]) : and(sorted.map((day) => weekdays[day]));
  };
  return ({ from, to: until, days }) => {
    const everyDay = days === undefined || days.length === week.length;
    const isWholeDay = from === '00:00' && until === '24:00';
    const hours = isWholeDay ? (everyDay ? allDay : '') : to(from, until);
    return [!everyDay && daysIn(days), hours].filter(Boolean).join(', ');
  };
}
