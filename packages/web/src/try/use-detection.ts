import type { ImageDetections } from '@lookout/protocol';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { lookout } from '../api/client.js';
import { LiveDetection, type LiveView } from './live-detection.js';
import { explainError, type Timing, type TryProblem, timingOf } from './outcome.js';
import type { Picture } from './picture-file.js';
import { everySetting, imageSettings, type TrySettings } from './try-settings.js';

/** What is known about the chosen picture. */
export interface ImageOutcome {
  /** Of the last successful call; always for this picture. */
  answer?: ImageDetections;
  timing?: Timing;
  problem?: TryProblem;
  busy: boolean;
}

/** A slider changes settings many times while it moves; only its resting position is worth a call. */
const SETTLE_MS = 150;

/** Detects objects in a picture, and again when settings change; a call that is superseded is cancelled. */
export function useImageDetection(picture: Picture | undefined, settings: TrySettings): ImageOutcome {
  const [outcome, setOutcome] = useState<ImageOutcome & { of?: Picture }>({ busy: false });
  useEffect(() => {
    if (!picture) return;
    const gone = new AbortController();
    const ask = async () => {
      setOutcome((last) => ({ ...(last.of === picture && last), of: picture, busy: true }));
      const startedMs = performance.now();
      try {
        const { signal } = gone;
        const answer = await lookout.detect(picture.blob, { settings: imageSettings(settings), signal });
        const timing = timingOf(performance.now() - startedMs, answer.processing_time_ms, answer.inference_ms);
        setOutcome({ of: picture, answer, timing, busy: false });
      } catch (error) {
        if (gone.signal.aborted) return;
        setOutcome((last) => ({ ...last, problem: explainError(error), busy: false }));
      }
    };
    const timer = setTimeout(() => void ask(), SETTLE_MS);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [picture, settings]);
  return outcome.of === picture ? outcome : { busy: picture !== undefined };
}

const NOTHING: LiveView = { source: { state: 'off' }, fps: 0 };
const subscribeToNothing = () => () => undefined;

/** Runs detection on the camera while `on`; new settings take effect at once. */
export function useLiveDetection(on: boolean, settings: TrySettings): LiveView {
  const [live, setLive] = useState<LiveDetection>();
  const { model } = settings;
  useEffect(() => {
    if (!on) return;
    // A session keeps its model: another model needs another session.
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
