import { useEffect, useState, useSyncExternalStore } from 'react';
import { LiveDetection, type LiveView } from './live-detection.js';
import { everySetting, type TrySettings } from './try-settings.js';

const NOTHING: LiveView = { source: { state: 'off' }, fps: 0 };
const subscribeToNothing = () => () => undefined;

/** A camera that is tried while `on`; its settings change as they come. */
export function useLiveDetection(on: boolean, settings: TrySettings): LiveView {
  const [live, setLive] = useState<LiveDetection>();
  const { model } = settings;
  useEffect(() => {
    if (!on) return;
    // A session keeps its model: another model is another session.
    const opened = new LiveDetection(model);
    setLive(opened);
    void opened.start();
    return () => {
      opened.close();
      setLive(undefined);
    };
  }, [on, model]);
  useEffect(() => live?.configure(everySetting(settings)), [live, settings]);
  return useSyncExternalStore(live?.subscribe ?? subscribeToNothing, () => live?.snapshot() ?? NOTHING);
}
