import { type RefObject, useEffect, useLayoutEffect, useState, useSyncExternalStore } from 'react';
import { IdleTimer } from './idle-timer.js';
import { setPageTitle } from './title.js';

/** Sets the window's title while mounted. */
export function useTitle(title: string): void {
  useEffect(() => {
    setPageTitle(title);
    return () => setPageTitle(undefined);
  }, [title]);
}

/** State that this browser remembers. @param initial for values that are not stored, e.g. by an older version */
export function useStoredChoices<T extends object>(name: string, initial: T): [T, (change: Partial<T>) => void] {
  const key = `lookout.${name}`;
  const [value, setValue] = useState<T>(() => {
    try {
      const stored = Object.entries(JSON.parse(localStorage.getItem(key) ?? '{}'));
      const known = stored.filter(([field, each]) => typeof each === typeof initial[field as keyof T]);
      return { ...initial, ...Object.fromEntries(known) };
    } catch {
      // Storage is forbidden or contains no JSON: begin with the default.
      return initial;
    }
  });
  const change = (part: Partial<T>) => {
    const next = { ...value, ...part };
    setValue(next);
    try {
      localStorage.setItem(key, JSON.stringify(next));
    } catch {
      // Storage is forbidden or full: the choice lasts as long as this page.
    }
  };
  return [value, change];
}

/** Whether the user can see the element: it is in or near the viewport and the page is not hidden. */
export function useOnScreen(ref: RefObject<Element | null>): boolean {
  const [near, setNear] = useState(false);
  const visible = useSyncExternalStore(onVisibilityChange, () => !document.hidden);
  useEffect(() => {
    if (!ref.current) return;
    const observer = new IntersectionObserver((entries) => setNear(entries.at(-1)?.isIntersecting ?? false), {
      rootMargin: '160px',
    });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, [ref]);
  return near && visible;
}

const onVisibilityChange = (listener: () => void) => subscribe(document, 'visibilitychange', listener);

/** A value that appears only after it has stayed for `delayMs`. It disappears, or changes while shown, at once. */
export function useSettled<T extends object>(value: T | undefined, delayMs: number): T | undefined {
  const [shown, setShown] = useState(delayMs === 0);
  const present = value !== undefined;
  useEffect(() => {
    if (!present) {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), delayMs);
    return () => clearTimeout(timer);
  }, [present, delayMs]);
  return shown || delayMs === 0 ? value : undefined;
}

/** Same condition as the `sideways` variant of the stylesheet. */
const SIDEWAYS = matchMedia('(orientation: landscape) and (max-height: 32rem)');
const onTurn = (listener: () => void) => subscribe(SIDEWAYS, 'change', listener);

/** Whether this is a phone in landscape: its picture fills the screen, with controls on top of it. */
export function useSideways(): boolean {
  return useSyncExternalStore(onTurn, () => SIDEWAYS.matches);
}

export interface Fullscreen {
  active: boolean;
  toggle: () => void;
  /** iPhones support it for videos only. */
  possible: boolean;
}

const onFullscreenChange = (listener: () => void) => subscribe(document, 'fullscreenchange', listener);

/** Shows the whole page in full screen, so that dialogs, which are at its end, are visible too. */
export function useFullscreen(): Fullscreen {
  const active = useSyncExternalStore(onFullscreenChange, () => document.fullscreenElement !== null);
  const toggle = () => {
    // A refused request changes nothing, and the button shows the state.
    if (active) void document.exitFullscreen();
    else document.documentElement.requestFullscreen().catch(() => {});
  };
  return { active, toggle, possible: document.fullscreenEnabled };
}

/** Size inside an element, CSS pixels; undefined until it is known, before the first paint. */
export function useInnerSize(ref: RefObject<HTMLElement | null>): { width: number; height: number } | undefined {
  const [size, setSize] = useState<{ width: number; height: number }>();
  useLayoutEffect(() => {
    const element = ref.current!;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return size;
}

/**
 * Whether there was no input for `afterMs`. Controls hide then, and return with the first movement.
 * @param watch false: never idle
 */
export function useIdle(watch: boolean, afterMs: number): boolean {
  const [idle, setIdle] = useState(false);
  useEffect(() => {
    if (!watch) return;
    const timer = new IdleTimer(afterMs, setIdle);
    const gone = new AbortController();
    for (const kind of ['pointermove', 'pointerdown', 'keydown', 'focusin']) {
      window.addEventListener(kind, () => timer.wake(), { passive: true, signal: gone.signal });
    }
    return () => {
      timer.dispose();
      gone.abort();
    };
  }, [watch, afterMs]);
  return idle;
}

function subscribe(target: EventTarget, kind: string, listener: () => void): () => void {
  target.addEventListener(kind, listener);
  return () => target.removeEventListener(kind, listener);
}

/** A value as it was once it had not changed for `delayMs`. */
export function useDebounced<T>(value: T, delayMs: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delayMs);
    return () => clearTimeout(timer);
  }, [value, delayMs]);
  return settled;
}

/** The time, renewed now and then. @param everyMs how old it may get */
export function useNow(everyMs: number): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}
