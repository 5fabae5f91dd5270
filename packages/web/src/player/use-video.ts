import { StatsWindow, type WatchState } from '@lookout/client';
import { type RefObject, useEffect, useEffectEvent, useRef } from 'react';
import { lookout } from '../api/client.js';
import { BoxMatcher, isOfFrame } from './box-matcher.js';
import { FrameHold } from './frame-hold.js';
import type { FramePresenter } from './frame-presenter.js';
import { FLUSH_MS, type LiveMeter } from './live-meter.js';
import type { WaysControl } from './use-ways.js';
import { FrameClock } from './video/frame-clock.js';
import { MseSource, playableEntries } from './video/mse-source.js';
import type { OpenVideo, ShownFrame } from './video/video-source.js';
import type { Way } from './video/way-chooser.js';
import { WhepSource } from './video/whep-source.js';

type VideoWay = Exclude<Way, 'pictures'>;

const OPEN: Record<VideoWay, (token: string) => OpenVideo> = {
  whep: (token) => (events) => {
    const clock = new FrameClock(async () => (await lookout.link(token)).clock);
    return new WhepSource({ open: (offer, signal) => lookout.openWhep(token, offer, { signal }), clock }, events);
  },
  mse: (token) => (events) => new MseSource(lookout.mseUrl(token, playableEntries()), events),
};

export interface VideoOptions {
  token: string;
  /** As for `LiveView`. With `all`, no picture waits for its boxes. */
  every: 'analyzed' | 'all' | 'auto';
  guesses: boolean;
  meter: LiveMeter;
  presenter: RefObject<FramePresenter | undefined>;
  watching: boolean;
  ways: WaysControl;
  setState: (state: WatchState) => void;
  onPicture: () => void;
}

/** Shows a camera's own video while it is open, each frame with its boxes, which come separately. */
export function useVideo(options: VideoOptions): void {
  const boxes = useBoxes(options);
  useVideoBy('whep', options, boxes);
  useVideoBy('mse', options, boxes);
}

/** Boxes of a camera's frames, while any of its video is open. */
interface BoxesOfVideo {
  readonly matcher: BoxMatcher;
  readonly hold: FrameHold;
  /** Of the frame that is on the screen. */
  shown: { capturedMs: number; width: number; height: number } | undefined;
}

const noBoxes = (): BoxesOfVideo => ({ matcher: new BoxMatcher(), hold: new FrameHold(), shown: undefined });

function useBoxes({ token, guesses, presenter, watching, ways }: VideoOptions): RefObject<BoxesOfVideo> {
  const boxes = useRef<BoxesOfVideo>(noBoxes());
  const { shown, trying } = ways.choice;
  const needed = watching && (shown !== 'pictures' || trying !== undefined);
  useEffect(() => {
    if (!needed) return;
    const mine = noBoxes();
    boxes.current = mine;
    const detections = lookout.detections(token, {
      guesses,
      onDetections: (event) => {
        mine.matcher.add(event);
        if (mine.hold.boxesCame(event)) return;
        // Its frame is already on the screen: the boxes that were carried forward onto it give way to its own.
        const { shown } = mine;
        if (shown === undefined || !isOfFrame(event, shown.capturedMs)) return;
        const frame = mine.matcher.boxesAt(shown.capturedMs, shown);
        if (frame) presenter.current?.showBoxes(frame);
      },
    });
    return () => {
      detections.close();
      mine.hold.clear();
    };
  }, [token, guesses, presenter, needed]);
  return boxes;
}

function useVideoBy(way: VideoWay, options: VideoOptions, boxes: RefObject<BoxesOfVideo>): void {
  const { token, every, meter, presenter, watching, ways, setState, onPicture } = options;
  const { choice, countFrame, ended } = ways;
  const isOpen = watching && (choice.shown === way || choice.trying === way);
  const firstShown = useEffectEvent(() => {
    setState({ state: 'live', reason: '' });
    onPicture();
  });
  const waitsForBoxes = useEffectEvent(() => every !== 'all');
  useEffect(() => {
    if (!isOpen) return;
    const window = new StatsWindow();
    let isShown = false;
    const draw = ({ picture, capturedMs, ageMs }: ShownFrame) => {
      const { width, height } = picture;
      const boxed = boxes.current.matcher.boxesAt(capturedMs, picture);
      const meta = boxed ?? { width, height, detections: [], timestamp: capturedMs };
      presenter.current?.show(picture, meta);
      boxes.current.shown = { capturedMs, width, height };
      const now = performance.now();
      window.add(now, ageMs);
      const skewMs = boxed && (boxed.detections_age_ms ?? 0);
      meter.add({ meta, ageMs, skewMs, networkMs: 0, decodeMs: 0, drawMs: 0 }, now);
      if (!isShown) firstShown();
      isShown = true;
    };
    const onFrame = (frame: ShownFrame) => {
      if (!countFrame(way)) return;
      const { matcher, hold } = boxes.current;
      if (waitsForBoxes()) hold.add(frame, matcher.hasBoxesOf(frame.capturedMs), draw);
      else draw(frame);
    };
    const source = OPEN[way](token)({ onFrame, onEnd: (reason) => ended(way, reason) });
    const timer = setInterval(() => {
      const now = performance.now();
      const { roundTripMs } = source;
      const stats = { fps: window.fps(now), jitterMs: window.jitterMs(now), dropped: 0, roundTripMs };
      if (isShown) meter.flush(now, stats);
    }, FLUSH_MS);
    return () => {
      clearInterval(timer);
      source.close();
      boxes.current.hold.clear();
      boxes.current.shown = undefined;
      if (isShown) meter.pause(performance.now());
    };
  }, [way, token, meter, presenter, isOpen, boxes, countFrame, ended]);
}
