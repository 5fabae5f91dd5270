import type { WatchState } from '@lookout/client';
import { type RefObject, useEffect, useEffectEvent, useMemo } from 'react';
import { lookout } from '../api/client.js';
import type { FramePresenter } from './frame-presenter.js';
import { FLUSH_MS, type LiveMeter } from './live-meter.js';
import { CONCURRENT_PICTURES, type OpenPictures, warnOfBrokenPicture } from './picture-source.js';
import type { WaysControl } from './use-ways.js';

export interface PicturesOptions {
  /** Opened again for another function. */
  open: OpenPictures;
  meter: LiveMeter;
  presenter: RefObject<FramePresenter | undefined>;
  watching: boolean;
  ways: WaysControl;
  setState: (state: WatchState) => void;
  onPicture: () => void;
}

/** Shows one JPEG after another, with their boxes, while that is the way to show the camera. */
export function usePictures(options: PicturesOptions): void {
  const { open, meter, presenter, watching, ways, setState, onPicture } = options;
  const { countFrame, choice } = ways;
  const isOpen = watching && choice.shown === 'pictures';
  const drawn = useEffectEvent(onPicture);
  useEffect(() => {
    if (!isOpen) return;
    const source = open({
      onPicture: async (picture) => {
        const { jpeg, meta, networkMs } = picture;
        if (!countFrame('pictures')) return;
        const shown = await presenter.current!.present(jpeg, meta);
        if (!shown) return;
        const { width, height, ...times } = shown;
        const skewMs = meta && (meta.detections_age_ms ?? 0);
        const known = meta ?? { width, height, detections: [] };
        meter.add({ meta: known, jpeg, networkMs, ageMs: picture.ageMs(), skewMs, ...times }, performance.now());
        drawn();
      },
      onState: (next) => next.state !== 'closed' && setState(next),
    });
    const timer = setInterval(() => meter.flush(performance.now(), source.stats()), FLUSH_MS);
    return () => {
      clearInterval(timer);
      source.close();
      meter.pause(performance.now());
    };
  }, [open, meter, isOpen, countFrame, presenter, setState]);
}

export interface WatchedPictures {
  token: string;
  /** As for `LiveView`. */
  fps: number | undefined;
  every: 'analyzed' | 'all' | 'auto';
  mode: 'overlay' | 'annotated';
  guesses: boolean;
}

/** The usual pictures of a camera, with their boxes: the same function until something changes. */
export function useWatchedPictures({ token, fps, every, mode, guesses }: WatchedPictures): OpenPictures {
  return useMemo(
    () =>
      ({ onPicture, onState }) =>
        lookout.watch(token, {
          ...{ mode, fps, every, guesses, onState },
          concurrency: CONCURRENT_PICTURES,
          onFrame: onPicture,
          onError: warnOfBrokenPicture,
        }),
    [token, fps, every, mode, guesses],
  );
}
