import { useCallback, useEffect, useRef, useState } from 'react';
import { useEvents } from '../events/queries.js';
import { type Cause, Spotlight, type Spotlit } from './model/spotlight.js';

const TICK_MS = 250;

export type Report = (camera: string, cause: Cause) => void;

export interface SpotlightControl {
  shown: Spotlit | undefined;
  /** The same function until `isOn` changes; undefined: nobody wants to know. */
  report: Report | undefined;
  dismiss: () => void;
}

/** Which camera is shown large, by what is reported and by warnings. @param isOn false: none is */
export function useSpotlight(isOn: boolean): SpotlightControl {
  const spotlight = useRef(new Spotlight());
  const [shown, setShown] = useState<Spotlit>();
  const report = useCallback<Report>((camera, cause) => {
    spotlight.current.report(camera, cause, performance.now());
    setShown(spotlight.current.shown);
  }, []);
  const dismiss = useCallback(() => {
    spotlight.current.dismiss(performance.now());
    setShown(undefined);
  }, []);
  useEffect(() => {
    if (!isOn) return;
    const timer = setInterval(() => {
      spotlight.current.tick(performance.now());
      setShown(spotlight.current.shown);
    }, TICK_MS);
    return () => {
      clearInterval(timer);
      dismiss();
    };
  }, [isOn, dismiss]);
  useReportedWarnings(isOn, report);
  return { shown, report: isOn ? report : undefined, dismiss };
}

/** Reports every warning that comes from now on. */
function useReportedWarnings(isOn: boolean, report: Report): void {
  const { data } = useEvents({});
  /** When the newest of them was made. */
  const newest = useRef<number>(undefined);
  useEffect(() => {
    if (!data) return;
    const events = data.pages[0]?.events ?? [];
    const before = newest.current;
    newest.current = Math.max(before ?? 0, ...events.map(({ frame_timestamp }) => frame_timestamp));
    if (!isOn || before === undefined) return;
    const fresh = events.filter((event) => event.frame_timestamp > before && event.severity !== 'info');
    // The newest last, which is the one that is shown.
    for (const { camera } of fresh.toReversed()) report(camera, 'warning');
  }, [data, isOn, report]);
}
