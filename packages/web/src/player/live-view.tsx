import type { WatchState } from '@lookout/client';
import type { Camera, CameraLinkInfo, CameraState } from '@lookout/protocol';
import { MOVING_REASON } from '@lookout/protocol/core';
import { type Ref, useEffect, useImperativeHandle, useState, useSyncExternalStore } from 'react';
import { isAway } from '../camera/camera-state.js';
import { formatDuration } from '../lib/format.js';
import { useOnScreen, useSettled } from '../lib/hooks.js';
import { clockTime } from '../lib/when.js';
import { t } from '../strings/index.js';
import { PictureNotice } from '../ui/message.js';
import type { FramePresenter, Mirror } from './frame-presenter.js';
import { type LiveFigures, LiveMeter } from './live-meter.js';
import type { OverlaySettings } from './overlay.js';
import type { OpenPictures } from './picture-source.js';
import { Screen, useObjectKeys, useScreen } from './screen.js';
import { usePictures, useWatchedPictures } from './use-pictures.js';
import { useVideo } from './use-video.js';
import { useWays } from './use-ways.js';
import { useZoom, type ZoomControl } from './use-zoom.js';
import { PICTURES_ONLY, type Ways } from './video/way-chooser.js';

const NOTICE_AFTER_MS = 400;
const SECOND_MS = 1000;
const STALE_CHECK_MS = 200;
const words = t.player;

export interface LiveViewProps {
  /** Camera id or link token. */
  token: string;
  name: string;
  /** Drawn over the picture, also over one that has its boxes already. */
  overlay: OverlaySettings;
  meter: LiveMeter;
  /** Maximum frames per second. */
  fps?: number;
  /** Default `auto`: exact while analysis keeps up with the camera, otherwise smooth. */
  every?: 'analyzed' | 'all' | 'auto';
  /** Also show objects that are not confirmed yet. Default false. */
  guesses?: boolean;
  /** `annotated`: the server draws the boxes. Default `overlay`. */
  mode?: 'overlay' | 'annotated';
  /** Where JPEGs come from instead, which `fps`, `every`, `guesses` and `mode` then say nothing of. The same function until they change. */
  pictures?: OpenPictures;
  /** In which the camera's own video may be shown, the same object until they change. Default: JPEGs only. */
  ways?: Ways;
  /** The camera as the server last described it; absent if unknown, or older than the picture. */
  camera?: Camera | CameraLinkInfo | undefined;
  /** `shape`, the default: as wide as its parent, with the picture's aspect ratio. `fill`: the size of its parent. */
  layout?: 'shape' | 'fill';
  /** The picture can be focused; arrow keys then label one object after another. */
  hasKeys?: boolean;
  /** Continue although the view is not visible here. */
  evenUnseen?: boolean;
  /** What to do while the camera is away. */
  awayAdvice?: string;
  /** A stable function. */
  onState?: (state: WatchState) => void;
  /** Given: the picture can be enlarged, by hand too. A stable function. @param scale 1: all of it is shown */
  onZoom?: (scale: number) => void;
  ref?: Ref<LiveViewHandle>;
}

/** What a view offers to its page. */
export interface LiveViewHandle {
  /** At the picture's own size. */
  readonly picture: HTMLCanvasElement;
  /** Over the whole view, at the screen's resolution: zones and lines, and above them boxes. */
  readonly layers: readonly HTMLCanvasElement[];
  /** Also draws every frame there; undefined ends that. */
  setMirror(mirror: Mirror | undefined): void;
  readonly zoom: ZoomControl['zoom'];
  /** Which part of the picture is shown now, in a view of which size. */
  shown(): FramePresenter['shown'];
}

/** One meter per mounted view. */
export function useMeter(): LiveMeter {
  const [meter] = useState(() => new LiveMeter());
  return meter;
}

/** The figures, updated four times a second. */
export function useFigures(meter: LiveMeter): LiveFigures {
  return useSyncExternalStore(meter.subscribe, meter.snapshot);
}

/**
 * A live picture with its boxes, connected while somebody can see it. While nothing new arrives it keeps the last picture, dimmed, and says
 * why.
 */
export function LiveView(props: LiveViewProps) {
  const { token, name, meter, fps, every = 'auto', mode = 'overlay', camera, onState, evenUnseen = false } = props;
  const {
    guesses = false,
    ways: possible = PICTURES_ONLY,
    layout = 'shape',
    awayAdvice = words.notices.openLink,
    ref,
  } = props;
  const { presenter, ...screen } = useScreen(props.overlay);
  const keys = useObjectKeys(presenter);
  const { picture, boxes, regions } = screen;
  const [state, setState] = useState<WatchState>({ state: 'connecting', reason: 'connecting' });
  const [hasPicture, setHasPicture] = useState(false);
  const isSeen = useOnScreen(screen.view) || evenUnseen;
  // A camera that is away may come back at any moment; one that is switched off does not come back by itself.
  const watching = isSeen && (camera?.state !== 'off' || isAway(camera));

  const ways = useWays(possible, watching);
  const { choice } = ways;
  useEffect(() => meter.setChoice(choice), [meter, choice]);
  const showing = { token, guesses, meter, presenter, watching, ways, setState, onPicture: () => setHasPicture(true) };
  useVideo({ ...showing, every });
  const usual = useWatchedPictures({ token, fps, every, mode, guesses });
  usePictures({ ...showing, open: props.pictures ?? usual });
  const { scale, zoom } = useZoom(screen.view, presenter, props.onZoom !== undefined);
  useEffect(() => props.onZoom?.(scale), [scale, props.onZoom]);
  useEffect(() => onState?.(state), [state, onState]);
  useImperativeHandle(
    ref,
    () => ({
      picture: picture.current!,
      layers: [regions.current!, boxes.current!],
      setMirror: (mirror) => presenter.current?.setMirror(mirror),
      zoom,
      shown: () => presenter.current!.shown,
    }),
    [picture, boxes, regions, presenter, zoom],
  );
  // Over an old picture a notice is delayed: most interruptions (a change of view, a tab that returns) are over by then.
  const notice = useSettled(noticeOf(state, camera, awayAdvice), hasPicture ? NOTICE_AFTER_MS : 0);
  const isStale = useStale(meter);
  const aspectRatio = useAspectRatio(meter, camera);
  return (
    <Screen
      {...screen}
      label={words.picture(name)}
      keys={props.hasKeys ? keys : undefined}
      look={hasPicture ? (notice || isStale ? 'old' : 'current') : 'empty'}
      className={layout === 'fill' ? 'size-full' : 'w-full'}
      style={layout === 'fill' ? undefined : { aspectRatio }}
    >
      {notice && (
        <PictureNotice {...notice}>
          {hasPicture && (
            <p className="figures mt-0.5 text-white/85">
              <PictureAge meter={meter} />
            </p>
          )}
        </PictureNotice>
      )}
    </Screen>
  );
}

/** Age of the picture while it stands still. */
export function PictureAge({ meter }: { meter: LiveMeter }) {
  const [nowMs, setNowMs] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(performance.now()), STALE_CHECK_MS);
    return () => clearInterval(timer);
  }, []);
  const ageMs = meter.pictureAgeMs(nowMs);
  return ageMs === undefined ? null : words.old(formatDuration(ageMs / SECOND_MS));
}

/** Whether the next picture is overdue. */
export function useStale(meter: LiveMeter): boolean {
  const [isStale, setStale] = useState(false);
  useEffect(() => {
    const timer = setInterval(() => setStale(meter.isStale(performance.now())), STALE_CHECK_MS);
    return () => clearInterval(timer);
  }, [meter]);
  return isStale;
}

/** Aspect ratio: of the frames, else of the source, else the usual one. It changes only with the picture, so nothing jumps. */
function useAspectRatio(meter: LiveMeter, camera: LiveViewProps['camera']): string {
  const { width = 16, height = 9 } = camera ?? {};
  return useSyncExternalStore(meter.subscribe, () => {
    const seen = meter.snapshot();
    return seen.width ? `${seen.width} / ${seen.height}` : `${width} / ${height}`;
  });
}

interface Notice {
  title: string;
  advice: string;
}

const CAMERA_TITLES: Record<Exclude<CameraState, 'live' | 'off'>, string> = {
  connecting: words.notices.connectingCamera,
  stalled: words.notices.stalledCamera,
  unreachable: words.notices.unreachable,
  refused: words.notices.refusedCamera,
  unsupported: words.notices.unsupported,
};

const VIEW_TITLES: Record<Exclude<WatchState['state'], 'live'>, string> = {
  connecting: words.notices.connecting,
  waiting: words.notices.connecting,
  stalled: words.notices.stalled,
  reconnecting: words.notices.reconnecting,
  refused: words.notices.refused,
  closed: words.notices.closed,
};

/** Why there is no new picture; undefined while pictures arrive. The camera's own trouble comes first, since it causes the view's. */
function noticeOf(
  { state, reason }: Pick<WatchState, 'state' | 'reason'>,
  camera?: LiveViewProps['camera'],
  awayAdvice = '',
): Notice | undefined {
  if (camera && isAway(camera)) return { title: words.notices.away, advice: awayAdvice };
  if (camera?.state === 'off') return { title: capitalised(camera.state_reason || words.notices.off), advice: '' };
  // The main stream goes on while nothing comes of the sub stream.
  const plays = state === 'live' && camera !== undefined && 'main' in camera && camera.main?.state === 'live';
  if (camera && camera.state !== 'live' && !plays) {
    const title = CAMERA_TITLES[camera.state];
    const said = camera.state_reason;
    if (said === MOVING_REASON) {
      const node = 'node' in camera ? camera.node : undefined;
      return { title: words.notices.moving, advice: node === undefined ? '' : words.notices.movingTo(node) };
    }
    if (camera.kind === 'push' && camera.state === 'stalled') {
      return { title: words.notices.paused(clockTime(camera.state_since)), advice: words.notices.goOn(said) };
    }
    return { title, advice: said.toLowerCase() === title.toLowerCase() ? '' : said };
  }
  if (state === 'live') return undefined;
  return { title: VIEW_TITLES[state], advice: state === 'connecting' ? '' : reason };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
