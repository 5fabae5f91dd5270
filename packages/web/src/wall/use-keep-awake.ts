import { KeepAwake } from '@lookout/client';
import { useEffect } from 'react';

/** Keeps the screen on, where the browser can and allows it. */
export function useKeepAwake(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    // A refusal changes nothing here: the screen goes off as it does elsewhere, and the page says where it can't.
    const awake = new KeepAwake(() => undefined);
    awake.set(true);
    return () => awake.close();
  }, [isOn]);
}
