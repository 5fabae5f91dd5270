import type { ImageDetections, ImageSettings, Model } from '@lookout/protocol';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { lookout } from '../api/client.js';
import { useDebounced } from '../lib/hooks.js';
import { keptFrom } from './kept-scores.js';
import { LiveDetection, type LiveView } from './live-detection.js';
import { ModelRun, NOTHING_WANTED, type RunView } from './model-run.js';
import { modelProblem, type Timing, type TryProblem } from './outcome.js';
import type { ShelfView } from './picture-shelf.js';
import { askedSettings, everySetting, type TrySettings } from './try-settings.js';

/** What one model says of the chosen picture. */
export interface Detected {
  /** From the minimum score on. */
  answer: ImageDetections | undefined;
  /** With lower scores too. */
  all: ImageDetections | undefined;
  timing: Timing | undefined;
  problem: TryProblem | undefined;
  busy: boolean;
  /** Of every picture. */
  outcomes: RunView['outcomes'];
  /** Undefined if another call would not help. */
  retry: (() => void) | undefined;
}

/** A slider changes settings many times while it moves; only its resting position is worth a call. */
const SETTLE_MS = 150;

/** The settings to ask with, once they rest. The minimum score is not among them. */
export function useAskedSettings(settings: TrySettings): ImageSettings {
  const text = useDebounced(JSON.stringify(askedSettings(settings)), SETTLE_MS);
  return useMemo(() => JSON.parse(text) as ImageSettings, [text]);
}

export interface ToDetect {
  shelf: ShelfView;
  /** Undefined: nothing is asked. */
  asked: ImageSettings | undefined;
  /** Absent: the server's default. */
  model: string | undefined;
  models: readonly Model[] | undefined;
  /** Minimum score. */
  score: number;
}

/** Asks one model about all pictures, the chosen one first, and again when settings change. */
export function useImageDetection({ shelf, asked, model, models, score }: ToDetect): Detected {
  const [run] = useState(
    () => new ModelRun((picture, settings, signal) => lookout.detect(picture, { settings, signal })),
  );
  const unusable = asked && modelProblem(model, models);
  const { pictures, chosen } = shelf;
  const isAsked = asked !== undefined && unusable === undefined;
  useEffect(() => {
    const settings = { ...asked, ...(model !== undefined && { model }) };
    run.want(isAsked ? { pictures, chosen, settings } : NOTHING_WANTED);
  }, [run, isAsked, asked, model, pictures, chosen]);
  useEffect(() => () => run.want(NOTHING_WANTED), [run]);
  const { outcomes, asking } = useSyncExternalStore(run.subscribe, run.snapshot);
  const { answer: all, timing, problem } = (chosen && outcomes.get(chosen)) ?? {};
  const answer = useMemo(() => all && keptFrom(all, score), [all, score]);
  return {
    answer,
    all,
    timing,
    problem: unusable ?? problem,
    busy: chosen !== undefined && asking === chosen,
    outcomes,
    retry: problem && (() => run.retry()),
  };
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
