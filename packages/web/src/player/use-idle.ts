import { useEffect, useState } from 'react';

/**
 * Whether nobody touched anything for so long. Controls go away by it, and come back with the first movement.
 * @param watch false: never idle
 */
export function useIdle(watch: boolean, afterMs: number): boolean {
  const [idle, setIdle] = useState(false);
  useEffect(() => {
    if (!watch) return;
    let timer: ReturnType<typeof setTimeout>;
    const wake = () => {
      setIdle(false);
      clearTimeout(timer);
      timer = setTimeout(() => setIdle(true), afterMs);
    };
    wake();
    const kinds = ['pointermove', 'pointerdown', 'keydown', 'focusin'] as const;
    for (const kind of kinds) window.addEventListener(kind, wake, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const kind of kinds) window.removeEventListener(kind, wake);
      setIdle(false);
    };
  }, [watch, afterMs]);
  return idle;
}
