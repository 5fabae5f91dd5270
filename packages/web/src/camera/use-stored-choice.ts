import { useState } from 'react';

/**
 * State that this browser remembers for all cameras.
 * @param valid checks what was stored, maybe by an older version
 */
export function useStoredChoice<T>(
  name: string,
  initial: T,
  valid: (value: unknown) => boolean,
): [T, (value: T) => void] {
  const key = `lookout.${name}`;
  const [value, setValue] = useState<T>(() => {
    try {
      const stored: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
      return valid(stored) ? (stored as T) : initial;
    } catch {
      // Storage is forbidden, or holds no JSON: begin with the default.
      return initial;
    }
  });
  const set = (next: T) => {
    setValue(next);
    try {
      localStorage.setItem(key, JSON.stringify(next));
    } catch {
      // Storage is forbidden or full: the choice holds for this page.
    }
  };
  return [value, set];
}
