import { type QualityChange, type SharedWatch, type SharedWatchStats, systemClock } from '@lookout/client';
import { useEffect, useMemo, useRef, useState } from 'react';
import { lookout } from '../api/client.js';
import { CONCURRENT_PICTURES, type OpenPictures, warnOfBrokenPicture } from '../player/picture-source.js';

const FIGURES_EVERY_MS = 500;
const KEPT_CHANGES = 50;

export interface SharedQualityControl {
  /** For `LiveView`. */
  pictures: OpenPictures;
  /** Updated twice a second; undefined before the first picture. */
  stats: SharedWatchStats | undefined;
  /** The latest changes of quality, newest first. */
  changes: readonly QualityChange[];
  setQuality: (quality: number) => void;
}

/** A camera in its shared qualities. @param adapt whether the quality follows the connection */
export function useSharedQuality(token: string, adapt: boolean): SharedQualityControl {
  const watch = useRef<SharedWatch>(undefined);
  /** Quality of the last connection, with which the next one starts. */
  const quality = useRef<number>(undefined);
  const [stats, setStats] = useState<SharedWatchStats>();
  const [changes, setChanges] = useState<readonly QualityChange[]>([]);

  const pictures = useMemo<OpenPictures>(
    () =>
      ({ onPicture, onState }) => {
        const current = lookout.watchShared({
          ...{ camera: token, adapt, onState },
          ...(quality.current !== undefined && { quality: quality.current }),
          concurrency: CONCURRENT_PICTURES,
          onFrame: ({ jpeg, receivedAt }) =>
            onPicture({ jpeg, meta: undefined, networkMs: 0, ageMs: () => systemClock.now() - receivedAt }),
          onError: warnOfBrokenPicture,
          onQuality: (change) => setChanges((before) => [change, ...before].slice(0, KEPT_CHANGES)),
        });
        watch.current = current;
        return {
          stats: () => ({ ...current.stats(), jitterMs: undefined, roundTripMs: undefined }),
          close: () => current.close(),
        };
      },
    [token, adapt],
  );

  useEffect(() => {
    const timer = setInterval(() => {
      const now = watch.current?.stats();
      if (!now) return;
      quality.current = now.quality;
      if (now.drawn > 0) setStats(now);
    }, FIGURES_EVERY_MS);
    return () => clearInterval(timer);
  }, []);

  const setQuality = (next: number) => {
    quality.current = next;
    watch.current?.setQuality(next);
  };
  return { pictures, stats, changes, setQuality };
}
