import type { WatchState } from '@lookout/client';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { lookout } from '../api/client.js';
import { followPointer } from './follow-pointer.js';
import { FramePresenter } from './frame-presenter.js';
import { FLUSH_MS, type LiveMeter } from './live-meter.js';
import { NO_OVERLAY, type OverlaySettings } from './overlay.js';
import { useOnScreen } from './use-on-screen.js';

export interface LiveViewOptions {
  /** Camera id or view token. */
  token: string;
  /** At most so many frames a second. */
  fps?: number;
  every: 'analyzed' | 'all' | 'auto';
  /** `annotated`: the server draws the boxes, and nothing is drawn over its picture. */
  mode: 'overlay' | 'annotated';
  overlay: OverlaySettings;
  meter: LiveMeter;
  /** false: no socket; the last picture stays. */
  enabled: boolean;
  /** Watch though nobody sees this view: it is shown elsewhere too. */
  evenUnseen: boolean;
}

export interface LiveViewRefs {
  view: RefObject<HTMLDivElement | null>;
  picture: RefObject<HTMLCanvasElement | null>;
  boxes: RefObject<HTMLCanvasElement | null>;
  presenter: RefObject<FramePresenter | undefined>;
}

/** Watches while somebody can see it, and keeps the last picture while not. @returns refs for the elements, and how it goes */
export function useLiveView(options: LiveViewOptions): LiveViewRefs & { state: WatchState; hasPicture: boolean } {
  const { token, fps, every, mode, meter, enabled, evenUnseen } = options;
  const overlay = mode === 'overlay' ? options.overlay : NO_OVERLAY;
  const view = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLCanvasElement>(null);
  const boxes = useRef<HTMLCanvasElement>(null);
  const presenter = useRef<FramePresenter | undefined>(undefined);
  const overlayRef = useRef(overlay);
  const [state, setState] = useState<WatchState>({ state: 'connecting', reason: 'connecting' });
  const [hasPicture, setHasPicture] = useState(false);
  const onScreen = useOnScreen(view);
  const watching = (onScreen || evenUnseen) && enabled;

  useEffect(() => {
    overlayRef.current = overlay;
    presenter.current?.setSettings(overlay);
  }, [overlay]);

  // A presenter lives as long as the canvases do; watches come and go beneath it.
  useEffect(() => {
    const current = new FramePresenter(picture.current!, boxes.current!, overlayRef.current, (drawn) => {
      meter.add(drawn, performance.now());
      setHasPicture(true);
    });
    presenter.current = current;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) current.resize(entry.contentRect.width, entry.contentRect.height);
    });
    observer.observe(view.current!);
    const forget = followPointer(view.current!, (pointer) => current.setPointer(pointer));
    return () => {
      observer.disconnect();
      forget();
      current.dispose();
    };
  }, [meter]);

  useEffect(() => {
    if (!watching) return;
    const watch = lookout.watch(token, {
      mode,
      fps,
      every,
      concurrency: 2,
      onFrame: (frame) => presenter.current!.present(frame),
      // A broken JPEG costs that frame only; the server counts it where it happens.
      onError: (error) => console.warn('A frame could not be drawn:', error),
      onState: (next) => next.state !== 'closed' && setState(next),
    });
    const timer = setInterval(() => meter.flush(performance.now(), watch.stats()), FLUSH_MS);
    return () => {
      clearInterval(timer);
      watch.close();
      meter.pause(performance.now());
    };
  }, [token, fps, every, mode, meter, watching]);

  return { view, picture, boxes, presenter, state, hasPicture };
}
