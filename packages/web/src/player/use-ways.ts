import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type Choice, type Way, WayChooser, type Ways } from './video/way-chooser.js';

const TICK_MS = 250;

export interface WaysControl {
  choice: Choice;
  /** A frame is ready to be shown. @returns whether it is to be */
  countFrame: (way: Way) => boolean;
  ended: (way: Way, reason: string) => void;
}

/** Chooses how a camera is shown; see `WayChooser`. @param watching false: everything is closed */
export function useWays(ways: Ways, watching: boolean): WaysControl {
  const chooser = useMemo(() => new WayChooser(ways, performance.now()), [ways]);
  const [choice, setChoice] = useState(chooser.choice);
  // The functions stay the same with other ways, so that nothing is opened again for them.
  const current = useRef(chooser);
  useEffect(() => {
    current.current = chooser;
    if (!watching) return;
    const tick = () => {
      chooser.tick(performance.now());
      setChoice(chooser.choice);
    };
    tick();
    const timer = setInterval(tick, TICK_MS);
    return () => {
      clearInterval(timer);
      chooser.paused(performance.now());
      setChoice(chooser.choice);
    };
  }, [chooser, watching]);
  const countFrame = useCallback((way: Way) => {
    const isShown = current.current.frame(way, performance.now());
    setChoice(current.current.choice);
    return isShown;
  }, []);
  const ended = useCallback((way: Way, reason: string) => {
    current.current.ended(way, reason, performance.now());
    setChoice(current.current.choice);
  }, []);
  return { choice, countFrame, ended };
}
