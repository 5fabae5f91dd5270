import type { WatchState } from '@lookout/client';
import { type RefObject, useEffect, useEffectEvent } from 'react';
import { lookout } from '../api/client.js';
import type { FramePresenter } from './frame-presenter.js';
import { FLUSH_MS, type LiveMeter } from './live-meter.js';
import type { WaysControl } from './use-ways.js';

export interface PicturesOptions {
  token: string;
  /** As for `LiveView`. */
  fps: number | undefined;
  every: 'analyzed' | 'all' | 'auto';
  mode: 'overlay' | 'annotated';
  guesses: boolean;
  meter: LiveMeter;
  presenter: RefObject<FramePresenter | undefined>;
  watching: boolean;
  ways: WaysControl;
  setState: (state: WatchState) => void;
  onPicture: () => void;
}

/** Shows one JPEG after another, with their boxes, while that is the way to show the camera. */
export function usePictures(options: PicturesOptions): void {
  const { token, fps, every, mode, guesses, meter, presenter, watching, ways, setState, onPicture } = options;
  const { countFrame, choice } = ways;
  const isOpen = watching && choice.shown === 'pictures';
  const drawn = useEffectEvent(onPicture);
  useEffect(() => {
    if (!isOpen) return;
    const watch = lookout.watch(token, {
      ...{ mode, fps, every, guesses },
      concurrency: 2,
      onFrame: async (frame) => {
        const { jpeg, meta, networkMs } = frame;
        if (!countFrame('pictures')) return;
        const times = await presenter.current!.present(jpeg, meta);
        if (!times) return;
        const ageMs = frame.ageMs();
        const skewMs = meta.detections_age_ms ?? 0;
        meter.add({ meta, jpeg, networkMs, ageMs, skewMs, ...times }, performance.now());
        drawn();
      },
      // A broken JPEG only affects its own frame; the server counts it where it occurs.
      onError: (error) => console.warn('A frame could not be drawn:', error),
      onState: (next) => next.state !== 'closed' && setState(next),
    });
    const timer = setInterval(() => meter.flush(performance.now(), watch.stats()), FLUSH_MS);
    return () => {
      clearInterval(timer);
      watch.close();
      meter.pause(performance.now());
    };
  }, [token, fps, every, mode, guesses, meter, isOpen, countFrame, presenter, setState]);
}
