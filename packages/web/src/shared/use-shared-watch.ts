import type { QualityChange, SharedWatch, SharedWatchState, SharedWatchStats } from '@lookout/client';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { lookout } from '../api/client.js';
import { useOnScreen } from '../player/use-on-screen.js';
import { PicturePainter } from './picture-painter.js';

export interface SharedView {
  view: RefObject<HTMLDivElement | null>;
  picture: RefObject<HTMLCanvasElement | null>;
  state: SharedWatchState;
  /** Twice a second; undefined before the first picture. */
  stats: SharedWatchStats | undefined;
  /** The last changes of quality, newest first. */
  changes: readonly QualityChange[];
  setQuality(quality: number): void;
}

const figuresEveryMs = 500;
const keptChanges = 50;

/** Watches a camera by its shared qualities while somebody can see it. @param adapt whether the quality follows the line */
export function useSharedWatch(token: string, adapt: boolean): SharedView {
  const view = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLCanvasElement>(null);
  const watch = useRef<SharedWatch>(undefined);
  /** Of the last watch: another goes on from there. */
  const quality = useRef<number>(undefined);
  const [state, setState] = useState<SharedWatchState>({ state: 'connecting', reason: 'connecting' });
  const [stats, setStats] = useState<SharedWatchStats>();
  const [changes, setChanges] = useState<readonly QualityChange[]>([]);
  const watching = useOnScreen(view);

  useEffect(() => {
    if (!watching) return;
    const painter = new PicturePainter(picture.current!);
    const current = lookout.watchShared({
      camera: token,
      adapt,
      ...(quality.current !== undefined && { quality: quality.current }),
      concurrency: 2,
      onFrame: ({ jpeg }) => painter.paint(jpeg),
      // A broken JPEG costs that picture only.
      onError: (error) => console.warn('A picture could not be drawn:', error),
      onState: (next) => next.state !== 'closed' && setState(next),
      onQuality: (change) => setChanges((before) => [change, ...before].slice(0, keptChanges)),
    });
    watch.current = current;
    const timer = setInterval(() => {
      const now = current.stats();
      quality.current = now.quality;
      if (now.drawn > 0) setStats(now);
    }, figuresEveryMs);
    return () => {
      clearInterval(timer);
      current.close();
      painter.dispose();
    };
  }, [token, adapt, watching]);

  const setQuality = (next: number) => {
    quality.current = next;
    watch.current?.setQuality(next);
  };
  return { view, picture, state, stats, changes, setQuality };
}
