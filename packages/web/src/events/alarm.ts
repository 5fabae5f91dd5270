import { useMemo } from 'react';
import type { Alarm } from '../player/overlay.js';
import { alarmOf } from './model/alarm.js';
import { useEvents } from './queries.js';

/** What warns on a camera now: shown in the colour of alarm until its event ends. The same object until that changes. */
export function useAlarm(cameraId: string): Alarm | undefined {
  // One list serves all cameras of a page; what is on is among the newest.
  const { data } = useEvents({});
  const events = useMemo(() => data?.pages.flatMap((page) => page.events) ?? [], [data]);
  const alarm = alarmOf(events, cameraId);
  const key = alarm && [...alarm.trackIds, ...alarm.regionNames].join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the contents are what it is about
  return useMemo(() => alarm, [key]);
}
