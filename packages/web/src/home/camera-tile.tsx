import type { WatchState } from '@lookout/client';
import type { ActivityStep, Camera } from '@lookout/protocol';
import { memo, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { Link } from 'react-router';
import { useServerAway } from '../api/camera-feed.js';
import { basePath } from '../api/client.js';
import { isAway, shownState } from '../camera/camera-state.js';
import { useAlarm } from '../events/alarm.js';
import { useNow, useOnScreen } from '../lib/hooks.js';
import type { LiveMeter } from '../player/live-meter.js';
import { LiveView, useFigures, useMeter, useStale } from '../player/live-view.js';
import { DEFAULT_OVERLAY, NO_OVERLAY } from '../player/overlay.js';
import { t } from '../strings/index.js';
import { classes } from '../ui/classes.js';
import { HourStrip } from './hour-strip.js';
import { LastPicture } from './last-picture.js';
import { MINUTE_MS, minutesOf } from './model/hour.js';
import { lastSeenInWords, lastSeenOf } from './model/last-seen.js';
import { reasonOf } from './not-live.js';
import { useHour } from './queries.js';
import { TileChip } from './tile-chip.js';

const words = t.home.tile;
/** Enough to see movement; the camera's own page shows every frame. */
const TILE_FPS = 15;
const NO_STEPS: ActivityStep[] = [];

export interface CameraTileProps {
  camera: Camera;
  /** Width ÷ height of its picture. */
  shape: number;
  /** CSS pixels. */
  width: number;
}

/** A camera on the start page: its picture, how late it is, who is in it or was last, and its last hour. */
export const CameraTile = memo(function CameraTile({ camera, shape, width }: CameraTileProps) {
  const tile = useRef<HTMLElement>(null);
  const meter = useMeter();
  const [view, setView] = useState<WatchState>();
  const alarm = useAlarm(camera.id);
  const stale = useStale(meter);
  const hasPicture = useHasPicture(meter);
  const shown = shownState(camera, view?.state, useServerAway());
  const isLive = shown === 'live';
  const overlay = useMemo(() => (isLive ? { ...DEFAULT_OVERLAY, alarm } : NO_OVERLAY), [alarm, isLive]);
  const nowMs = useNow(MINUTE_MS / 2);
  const steps = useHour(camera.id, useOnScreen(tile))?.steps;
  const minutes = useMemo(() => steps && minutesOf(steps, nowMs), [steps, nowMs]);
  return (
    <article
      ref={tile}
      style={{ width }}
      className="relative overflow-hidden rounded-lg border border-line bg-surface shadow-1 transition-colors focus-within:border-accent hover:border-line-strong phone:rounded-none phone:border-x-0"
    >
      <div className="relative bg-picture" style={{ aspectRatio: shape }}>
        {!isLive && !hasPicture && <LastPicture camera={camera} steps={steps ?? NO_STEPS} />}
        <div
          // What is below it shows through.
          className={classes('absolute inset-0', !isLive && !hasPicture && '[--picture:transparent]')}
        >
          <LiveView
            token={camera.id}
            name={camera.name}
            overlay={overlay}
            meter={meter}
            fps={TILE_FPS}
            camera={camera}
            layout="fill"
            onState={setView}
          />
        </div>
        <TileChip reason={reasonOf(shown, camera)} title={camera.state_reason} isStale={stale} meter={meter} />
      </div>
      <div className="px-4 pt-2.5 pb-2.5">
        <div className="flex min-h-7 items-center justify-between gap-3">
          <h3 className="min-w-0 truncate font-semibold">
            {/* The link covers the whole tile, while its text is only the name. */}
            <Link to={`/cameras/${camera.id}`} className="after:absolute after:inset-0">
              {camera.name}
            </Link>
          </h3>
          <WhoIsThere camera={camera} meter={meter} isLive={isLive && !stale} steps={steps} nowMs={nowMs} />
        </div>
        <HourStrip minutes={minutes} />
      </div>
    </article>
  );
});

/** Who is in the picture, or was last. */
function WhoIsThere(props: {
  camera: Camera;
  meter: LiveMeter;
  isLive: boolean;
  steps: readonly ActivityStep[] | undefined;
  nowMs: number;
}) {
  const { camera, meter, isLive, steps = NO_STEPS, nowMs } = props;
  const { found } = useFigures(meter);
  if (isAway(camera) && camera.publish_token) {
    return (
      <a
        href={`${basePath}/camera/${camera.publish_token}`}
        target="_blank"
        rel="noreferrer"
        className="relative z-3 shrink-0 pointer-coarse:-my-2 pointer-coarse:py-3.25 text-13 font-medium text-accent-text underline underline-offset-3"
      >
        {t.cameras.publishFromHere}
      </a>
    );
  }
  const last = lastSeenOf(camera.last_seen, steps);
  const isSomebodyThere = isLive && found !== t.noObjects;
  return (
    <p className="figures min-w-0 truncate text-12 text-muted">
      {isSomebodyThere ? words.now(found) : last && lastSeenInWords(last, nowMs)}
    </p>
  );
}

/** Whether a picture has come to this page: it stays, with its age. */
function useHasPicture(meter: LiveMeter): boolean {
  return useSyncExternalStore(meter.subscribe, () => meter.snapshot().width > 0);
}
