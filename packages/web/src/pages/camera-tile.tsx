import type { WatchState } from '@lookout/client';
import type { Camera } from '@lookout/protocol';
import { type CSSProperties, memo, useMemo, useState } from 'react';
import { Link } from 'react-router';
import { useServerAway } from '../api/camera-feed.js';
import { basePath } from '../api/client.js';
import { isAway, StateBadge, shownState } from '../camera/camera-state.js';
import { useAlarm } from '../events/alarm.js';
import { formatFps } from '../lib/format.js';
import { DelayFigure } from '../player/figures.js';
import type { LiveMeter } from '../player/live-meter.js';
import { LiveView, useFigures, useMeter } from '../player/live-view.js';
import { DEFAULT_OVERLAY } from '../player/overlay.js';
import { t } from '../strings/index.js';

/** Enough to see movement; the camera's own page shows every frame. */
const TILE_FPS = 15;

/** A camera on the dashboard: picture, name, state, age, rate. */
export const CameraTile = memo(function CameraTile({ camera }: { camera: Camera }) {
  const meter = useMeter();
  const [view, setView] = useState<WatchState>();
  const alarm = useAlarm(camera.id);
  const overlay = useMemo(() => ({ ...DEFAULT_OVERLAY, alarm }), [alarm]);
  const shown = shownState(camera, view?.state, useServerAway());
  return (
    <article
      style={{ '--shape': (camera.width ?? 16) / (camera.height ?? 9) } as CSSProperties}
      className="relative max-w-[calc(var(--shape)*(100dvh-14rem))] grow-(--shape) basis-[calc(var(--shape)*17rem)] overflow-hidden phone:max-w-none phone:basis-full rounded-lg border border-line bg-surface shadow-1 transition-colors focus-within:border-accent hover:border-line-strong"
    >
      <LiveView
        token={camera.id}
        name={camera.name}
        overlay={overlay}
        meter={meter}
        fps={TILE_FPS}
        camera={camera}
        onState={setView}
      />
      <div className="flex h-12 items-center gap-3 px-4">
        <h2 className="min-w-0 flex-1 truncate font-semibold">
          {/* The link covers the whole tile, while its text is only the name. */}
          <Link to={`/cameras/${camera.id}`} className="after:absolute after:inset-0">
            {camera.name}
          </Link>
        </h2>
        {shown === 'live' && <TileFigures meter={meter} />}
        {isAway(camera) && camera.publish_token && (
          <a
            href={`${basePath}/camera/${camera.publish_token}`}
            target="_blank"
            rel="noreferrer"
            className="relative z-10 pointer-coarse:py-3.25 text-13 font-medium text-accent-text underline underline-offset-3"
          >
            {t.cameras.publishFromHere}
          </a>
        )}
        <StateBadge state={shown} reason={camera.state_reason} />
      </div>
    </article>
  );
});

function TileFigures({ meter }: { meter: LiveMeter }) {
  const { ageMs, fps } = useFigures(meter);
  return (
    <span className="figures flex shrink-0 items-center gap-3 text-13">
      <span className="flex w-20 justify-end">
        <DelayFigure ageMs={ageMs} />
      </span>
      <span className="w-12 text-right text-muted">{ageMs !== undefined && t.units.fps(formatFps(fps))}</span>
    </span>
  );
}
