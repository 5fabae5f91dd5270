import type { WatchState } from '@lookout/client';
import type { Camera } from '@lookout/protocol';
import { type CSSProperties, memo, type ReactNode, useEffect, useMemo, useState } from 'react';
import { Link } from 'react-router';
import { useServerAway } from '../api/camera-feed.js';
import { shownState } from '../camera/camera-state.js';
import { useAlarm } from '../events/alarm.js';
import { reasonOf } from '../home/not-live.js';
import { TileChip } from '../home/tile-chip.js';
import type { LiveMeter } from '../player/live-meter.js';
import { LiveView, useMeter, useStale } from '../player/live-view.js';
import { DEFAULT_OVERLAY, NO_OVERLAY } from '../player/overlay.js';
import { PICTURES_ONLY } from '../player/video/way-chooser.js';
import { waysOfVideo } from '../player/video/ways-of-camera.js';
import { classes } from '../ui/classes.js';
import type { Report } from './use-spotlight.js';

/** Enough to see movement, for many cameras at once. */
const TILE_FPS = 15;

export interface WallTileProps {
  camera: Camera;
  /** The same object until it changes. */
  style: CSSProperties;
  /** Too small for boxes. */
  isSmall: boolean;
  /** Shown over all others, and by its own video where that works. */
  isLarge: boolean;
  /** It leads to the camera's page. */
  isLinked: boolean;
  /** Is told when something new is there. */
  report: Report | undefined;
  className?: string;
  /** Over the picture. */
  children?: ReactNode;
}

/** One camera of the wall: its picture, its name and its state. */
export const WallTile = memo(function WallTile(props: WallTileProps) {
  const { camera, style, isSmall, isLarge, isLinked, report, className, children } = props;
  const meter = useMeter();
  const [view, setView] = useState<WatchState>();
  const alarm = useAlarm(camera.id);
  const shown = shownState(camera, view?.state, useServerAway());
  const isLive = shown === 'live';
  const hasBoxes = isLive && !isSmall;
  const overlay = useMemo(() => (hasBoxes ? { ...DEFAULT_OVERLAY, alarm } : NO_OVERLAY), [alarm, hasBoxes]);
  const codec = isLarge ? camera.video?.codec : undefined;
  const ways = useMemo(() => (codec === undefined ? PICTURES_ONLY : waysOfVideo(codec)), [codec]);
  const isStale = useStale(meter);
  useReportedObjects(camera.id, meter, report);
  return (
    <article style={style} className={classes('always-dark absolute overflow-hidden bg-picture', className)}>
      <LiveView
        token={camera.id}
        name={camera.name}
        {...{ overlay, meter, camera, ways }}
        fps={TILE_FPS}
        layout="fill"
        onState={setView}
      />
      <TileChip reason={reasonOf(shown, camera)} title={camera.state_reason} isStale={isStale} meter={meter} />
      {isLinked ? (
        <Link to={`/cameras/${camera.id}`} className={classes(NAME, 'focus-on-picture')}>
          <Name>{camera.name}</Name>
        </Link>
      ) : (
        <div className={classes(NAME, 'pointer-events-none')}>
          <Name>{camera.name}</Name>
        </div>
      )}
      {children}
    </article>
  );
});

/** Over the whole picture, so that all of it can be pressed. */
const NAME = 'absolute inset-0 z-2 flex items-end p-2.5 focus-visible:-outline-offset-2';

function Name({ children }: { children: string }) {
  return (
    <h2 className="max-w-full truncate rounded-full bg-glass px-2.5 py-1 text-12 font-medium text-on-glass">
      {children}
    </h2>
  );
}

/** Reports objects that are confirmed after the first picture has come. */
function useReportedObjects(camera: string, meter: LiveMeter, report: Report | undefined): void {
  useEffect(() => {
    if (!report) return;
    let seenMs: number | undefined;
    return meter.subscribe(() => {
      const { ageMs, newestMs = Number.NEGATIVE_INFINITY } = meter.snapshot();
      if (ageMs === undefined) return;
      if (seenMs !== undefined && newestMs > seenMs) report(camera, 'object');
      seenMs = Math.max(seenMs ?? newestMs, newestMs);
    });
  }, [camera, meter, report]);
}
