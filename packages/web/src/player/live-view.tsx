import type { WatchState } from '@lookout/client';
import type { CameraState } from '@lookout/protocol';
import { type Ref, useEffect, useImperativeHandle, useState, useSyncExternalStore } from 'react';
import { formatDuration } from '../lib/format.js';
import type { Mirror } from './frame-presenter.js';
import { LiveMeter } from './live-meter.js';
import type { OverlaySettings } from './overlay.js';
import { useLiveView } from './use-live-view.js';
import { useSettled } from './use-settled.js';

const NOTICE_AFTER_MS = 400;
const SECOND_MS = 1000;

export interface LiveViewProps {
  token: string;
  name: string;
  overlay: OverlaySettings;
  meter: LiveMeter;
  fps?: number;
  /** Default `auto`: exact while analysis keeps up with the camera, else smooth. */
  every?: 'analyzed' | 'all' | 'auto';
  /** `annotated`: the server draws the boxes. Default `overlay`. */
  mode?: 'overlay' | 'annotated';
  /** What the server says of the camera; absent where we only have a view token. */
  camera?: { state: CameraState; reason: string; away?: boolean };
  /** Before the first frame: pixels of the source, where known. */
  size?: { width: number; height: number };
  /** `fill`: takes the size of its parent. Default: as wide as its parent, in the picture's shape. */
  layout?: 'shape' | 'fill' | 'tile';
  /** Goes on though nobody sees it here. */
  evenUnseen?: boolean;
  /** What to do while the camera is away. */
  awayReason?: string;
  onState?: (state: WatchState) => void;
  ref?: Ref<LiveViewHandle>;
}

interface Notice {
  title: string;
  reason: string;
}

/** What can be had from a view that is on the page. */
export interface LiveViewHandle {
  /** At the picture's own size. */
  readonly picture: HTMLCanvasElement;
  /** Over the whole view, at the screen's resolution. */
  readonly boxes: HTMLCanvasElement;
  /** Draws every frame there as well; undefined ends that. */
  setMirror(mirror: Mirror | undefined): void;
}

/** One meter per mounted view. */
export function useMeter(): LiveMeter {
  const [meter] = useState(() => new LiveMeter());
  return meter;
}

/** The figures, four times a second. */
export function useFigures(meter: LiveMeter) {
  return useSyncExternalStore(meter.subscribe, meter.snapshot);
}

/** A live picture with its boxes. While nothing new comes it keeps the last one, dimmed, and says why. */
export function LiveView(props: LiveViewProps) {
  const { token, name, overlay, meter, fps, every = 'auto', mode = 'overlay', camera, size, onState } = props;
  const { layout = 'shape', evenUnseen = false } = props;
  // A camera that is away may come at any moment; one that is switched off does not come by itself.
  const enabled = camera?.state !== 'off' || camera.away === true;
  const { view, picture, boxes, presenter, state, hasPicture } = useLiveView({
    ...{ token, fps, every, mode, overlay, meter, enabled, evenUnseen },
  });
  useEffect(() => onState?.(state), [state, onState]);
  useImperativeHandle(
    props.ref,
    () => ({
      picture: picture.current!,
      boxes: boxes.current!,
      setMirror: (mirror) => presenter.current?.setMirror(mirror),
    }),
    [picture, boxes, presenter],
  );
  // Over an old picture a notice waits a moment: most interruptions (a change of view, a tab that comes back) are over by then.
  const notice = useSettled(noticeOf(camera, state, props.awayReason), hasPicture ? NOTICE_AFTER_MS : 0);
  const figures = useShape(meter, size);
  return (
    <div
      ref={view}
      className={`relative overflow-hidden bg-picture ${layout === 'fill' ? 'h-full w-full' : 'w-full'}`}
      style={
        layout === 'shape'
          ? { aspectRatio: `${figures.width} / ${figures.height}` }
          : layout === 'tile'
            ? { aspectRatio: '16 / 9' }
            : undefined
      }
    >
      <canvas
        ref={picture}
        role="img"
        aria-label={`Live picture of ${name}`}
        className={`absolute inset-0 h-full w-full object-contain transition-opacity duration-300 ${
          hasPicture ? (notice ? 'opacity-35' : 'opacity-100') : 'opacity-0'
        }`}
      />
      <div
        aria-hidden="true"
        className={`pointer-events-none absolute inset-0 ${notice || !hasPicture ? 'opacity-0' : ''}`}
      >
        <canvas ref={boxes} className="h-full w-full" />
      </div>
      {notice && (
        <div className="absolute inset-0 grid place-items-center p-4 text-center text-white">
          <div className="max-w-prose">
            <p className="font-semibold">{notice.title}</p>
            {notice.reason && <p className="mt-0.5 text-[0.8125rem] text-white/85">{notice.reason}</p>}
            {hasPicture && <PictureAge meter={meter} />}
          </div>
        </div>
      )}
    </div>
  );
}

/** How old the picture is that stands still. */
function PictureAge({ meter }: { meter: LiveMeter }) {
  const [nowMs, setNowMs] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(performance.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  const ageMs = meter.pictureAgeMs(nowMs);
  if (ageMs === undefined) return null;
  return <p className="figures mt-0.5 text-[0.8125rem] text-white/85">{formatDuration(ageMs / SECOND_MS)} old</p>;
}

/** The picture's shape: of its frames, else of the source, else the usual. Changes with the picture only, so nothing jumps. */
function useShape(meter: LiveMeter, size: LiveViewProps['size']): { width: number; height: number } {
  const key = useSyncExternalStore(meter.subscribe, () => {
    const { width, height } = meter.snapshot();
    return width ? `${width}x${height}` : '';
  });
  const [width, height] = key ? key.split('x').map(Number) : [size?.width ?? 16, size?.height ?? 9];
  return { width: width!, height: height! };
}

const TITLES: Record<Exclude<CameraState, 'live' | 'off'>, string> = {
  connecting: 'Connecting to the camera',
  stalled: 'The camera has stalled',
  unreachable: 'The camera cannot be reached',
  refused: 'The camera refused the connection',
  unsupported: 'This stream is not supported',
};

const OPEN_THERE = 'Open its link to publish on the device that is the camera.';

/** The camera's own trouble first: it is the cause where the view has some too. */
function noticeOf(
  camera: LiveViewProps['camera'],
  view: { state: string; reason: string },
  awayReason = OPEN_THERE,
): Notice | undefined {
  if (camera?.away) return { title: 'Waiting for the camera', reason: awayReason };
  // Why it is off is all there is to say.
  if (camera?.state === 'off') return { title: capitalised(camera.reason || 'switched off'), reason: '' };
  if (camera && camera.state !== 'live') {
    const title = TITLES[camera.state];
    return { title, reason: camera.reason.toLowerCase() === title.toLowerCase() ? '' : camera.reason };
  }
  switch (view.state) {
    case 'connecting':
    case 'waiting':
      return { title: 'Connecting', reason: view.state === 'waiting' ? view.reason : '' };
    case 'stalled':
      return { title: 'No new picture', reason: view.reason };
    case 'reconnecting':
      return { title: 'Reconnecting', reason: view.reason };
    case 'refused':
      return { title: 'No longer shown', reason: view.reason };
    default:
      return undefined;
  }
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
