import { useEffect, useState } from 'react';

/**
 * A value that appears only once it has stayed for `delayMs`; it goes, or changes while it is shown, at once.
 * Values are compared by their JSON.
 */
export function useSettled<T extends object>(value: T | undefined, delayMs: number): T | undefined {
  const key = value ? JSON.stringify(value) : undefined;
  const [shown, setShown] = useState(delayMs === 0);
  const present = key !== undefined;
  useEffect(() => {
    if (!present) {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), delayMs);
    return () => clearTimeout(timer);
  }, [present, delayMs]);
  return present && (shown || delayMs === 0) ? value : undefined;
}
