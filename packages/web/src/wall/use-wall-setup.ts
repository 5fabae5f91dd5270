import { useCallback, useSyncExternalStore } from 'react';
import { readSetup, type WallSetup } from './model/wall-setup.js';

const KEY = 'lookout.wall';

export type ChangeWall = (change: Partial<WallSetup>) => void;

/** How the wall looks in this browser, in all of its tabs. */
export function useWallSetup(): [WallSetup, ChangeWall] {
  const setup = useSyncExternalStore(subscribe, snapshot);
  const change = useCallback((part: Partial<WallSetup>) => keep({ ...snapshot(), ...part }), []);
  return [setup, change];
}

const listeners = new Set<() => void>();
let known: { stored: string | null; setup: WallSetup } | undefined;
/** Where storage is forbidden, choices last as long as the page. */
let unstored: string | null = null;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

/** The same object until it changes. */
function snapshot(): WallSetup {
  const stored = unstored ?? storedNow();
  if (known?.stored !== stored) known = undefined;
  known ??= { stored, setup: readSetup(stored) };
  return known.setup;
}

function storedNow(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function keep(setup: WallSetup): void {
  const text = JSON.stringify(setup);
  try {
    localStorage.setItem(KEY, text);
    unstored = null;
  } catch {
    // Forbidden or full.
    unstored = text;
  }
  for (const listener of listeners) listener();
}
