import { StatsWindow, type WatchState } from '@lookout/client';
import { type RefObject, useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { lookout } from '../api/client.js';
import { BoxMatcher } from './box-matcher.js';
import type { FramePresenter } from './frame-presenter.js';
import { FLUSH_MS, type LiveMeter } from './live-meter.js';
import { MseSource, playableEntries } from './video/mse-source.js';
import type { OpenVideo, ShownFrame } from './video/video-source.js';
import { type Showing, WayChooser, type Ways } from './video/way-chooser.js';

const TICK_MS = 250;

export interface WaysControl {
  /** What is to be open now. */
  open: Ways;
  /** A frame was ready to be shown. @returns what is to be open from now on */
  countFrame: (way: 'pictures' | 'video', ageMs: number) => Ways;
  videoEnded: () => void;
}

/** Decides how a camera is shown; see `WayChooser`. */
export function useWays(showing: Showing): WaysControl {
  const chooser = useMemo(() => new WayChooser(showing, performance.now()), [showing]);
  const [open, setOpen] = useState(chooser.ways);
  // The functions stay the same with another choice, so that nothing is opened again for it.
  const current = useRef(chooser);
  useEffect(() => {
    current.current = chooser;
    const tick = () => {
      chooser.tick(performance.now());
      setOpen(chooser.ways);
    };
    tick();
    const timer = setInterval(tick, TICK_MS);
    return () => clearInterval(timer);
  }, [chooser]);
  const countFrame = useCallback((way: 'pictures' | 'video', ageMs: number) => {
    current.current.frame(way, ageMs, performance.now());
    setOpen(current.current.ways);
    return current.current.ways;
  }, []);
  const videoEnded = useCallback(() => {
    current.current.videoEnded(performance.now());
    setOpen(current.current.ways);
  }, []);
  return { open, countFrame, videoEnded };
}

export interface VideoOptions {
  token: string;
  guesses: boolean;
  meter: LiveMeter;
  presenter: RefObject<FramePresenter | undefined>;
  watching: boolean;
  ways: WaysControl;
  setState: (state: WatchState) => void;
  onPicture: () => void;
}

/** Shows a camera's own video while it is open, each frame with its boxes, which come separately. */
export function useVideo({
  token,
  guesses,
  meter,
  presenter,
  watching,
  ways,
  setState,
  onPicture,
}: VideoOptions): void {
  const { video } = ways.open;
  const shown = useEffectEvent(() => {
    setState({ state: 'live', reason: '' });
    onPicture();
  });
  const { countFrame, videoEnded } = ways;
  useEffect(() => {
    if (!watching || !video) return;
    const boxes = new BoxMatcher();
    const window = new StatsWindow();
    const detections = lookout.detections(token, { guesses, onDetections: (event) => boxes.add(event) });
    let isShown = false;
    const draw = ({ video: picture, capturedMs, ageMs }: ShownFrame) => {
      if (countFrame('video', ageMs).pictures) return;
      const { width, height } = picture;
      const meta = boxes.boxesAt(capturedMs, picture) ?? { width, height, detections: [], timestamp: capturedMs };
      presenter.current?.show(picture, meta);
      const now = performance.now();
      window.add(now, ageMs);
      meter.add({ meta, ageMs, networkMs: 0, decodeMs: 0, drawMs: 0 }, now);
      if (!isShown) shown();
      isShown = true;
    };
    const source = openMse(token)({ onFrame: draw, onEnd: videoEnded });
    const timer = setInterval(() => {
      const now = performance.now();
      const { roundTripMs } = source;
      const stats = { fps: window.fps(now), jitterMs: window.jitterMs(now), dropped: 0, roundTripMs };
      if (isShown) meter.flush(now, stats);
    }, FLUSH_MS);
    return () => {
      clearInterval(timer);
      source.close();
      detections.close();
      if (isShown) meter.pause(performance.now());
    };
  }, [token, guesses, meter, presenter, watching, video, countFrame, videoEnded]);
}

function openMse(token: string): OpenVideo {
  return (events) => new MseSource(lookout.mseUrl(token, playableEntries()), events);
}
