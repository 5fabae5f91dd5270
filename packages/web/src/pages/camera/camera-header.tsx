import type { WatchState } from '@lookout/client';
import type { Camera } from '@lookout/protocol';
import { ChevronLeft, Power, RotateCcw } from 'lucide-react';
import { Link } from 'react-router';
import { useMay, useUpdateCamera } from '../../api/queries.js';
import { type ShownState, STATE_TONES, shownState } from '../../camera/camera-state.js';
import { reasonOf } from '../../home/not-live.js';
import { formatMs, MARKED_FROM_MS } from '../../lib/format.js';
import type { LiveMeter } from '../../player/live-meter.js';
import { PictureAge, useFigures, useStale } from '../../player/live-view.js';
import { t } from '../../strings/index.js';
import { chipClasses, type Tone } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { classes } from '../../ui/classes.js';
import { ErrorMessage } from '../../ui/message.js';
import { tabPath } from './tabs.js';

const words = t.cameraPage;

export interface CameraHeaderProps {
  camera: Camera;
  meter: LiveMeter;
  /** Of the picture on this page. */
  view: WatchState['state'] | undefined;
  isServerAway: boolean;
}

/** The way back, the camera's name, and how it is. */
export function CameraHeader({ camera, meter, view, isServerAway }: CameraHeaderProps) {
  const update = useUpdateCamera(camera.id);
  return (
    <header className="flex min-h-14 min-w-0 flex-1 flex-wrap items-center gap-x-3 phone:sticky phone:top-0 phone:z-30 phone:order-1 phone:flex-none phone:flex-nowrap phone:gap-x-1.5 phone:border-b phone:border-line phone:bg-surface phone:pr-4 phone:pl-1.5 sideways:hidden">
      <Link
        to="/"
        aria-label={t.cameras.back}
        title={t.cameras.back}
        className="grid size-target shrink-0 place-items-center rounded-md text-muted hover:bg-sunken hover:text-text"
      >
        <ChevronLeft size={20} aria-hidden="true" />
      </Link>
      <h1 className="min-w-0 truncate text-[1.0625rem] leading-6 font-title tracking-[-0.015em]">{camera.name}</h1>
      <span className="flex shrink-0 phone:ml-auto">
        <Chip camera={camera} meter={meter} state={shownState(camera, view, isServerAway)} />
      </span>
      <StartButton camera={camera} update={update} />
      <ErrorMessage error={update.error} />
    </header>
  );
}

/** How late the picture is, or why there is none; leads to the figures. */
function Chip({ camera, meter, state }: { camera: Camera; meter: LiveMeter; state: ShownState }) {
  const { ageMs } = useFigures(meter);
  const isStale = useStale(meter);
  const notLive = reasonOf(state, camera);
  const isLive = notLive === undefined;
  const said = notLive ? t.home.tile.states[notLive] : t.states.live;
  const isLate = isLive && (isStale || (ageMs !== undefined && ageMs > MARKED_FROM_MS));
  const tone: Tone = isLate ? 'warn' : isLive && ageMs === undefined ? 'muted' : STATE_TONES[state];
  const reason = isLive ? words.showFigures : camera.state_reason;
  return (
    <Link
      to={tabPath(camera.id, 'diagnostics')}
      title={reason || undefined}
      className={classes(
        chipClasses(tone),
        'figures min-w-0 pointer-coarse:relative pointer-coarse:after:absolute pointer-coarse:after:-inset-2.5',
      )}
    >
      <span
        aria-hidden="true"
        className={classes(
          'size-2 shrink-0 rounded-full border-[1.5px] border-current',
          tone === 'good' && 'bg-current',
        )}
      />
      <span className="truncate" aria-hidden={!isLive}>
        {isLive ? (
          isStale ? (
            <PictureAge meter={meter} />
          ) : ageMs === undefined ? (
            words.noPictureYet
          ) : (
            words.delay(formatMs(ageMs))
          )
        ) : (
          said
        )}
      </span>
      {/* The figure changes all the time: what is read out is whether it is live. */}
      <span role="status" className="sr-only">
        {said}
      </span>
    </Link>
  );
}

/** Brings a picture back that somebody ended. */
function StartButton({ camera, update }: { camera: Camera; update: ReturnType<typeof useUpdateCamera> }) {
  const may = useMay();
  const hasEnded = camera.loop === false && camera.enabled && camera.state === 'off';
  if (camera.origin !== 'api' || !may.operate || (camera.enabled && !hasEnded)) return null;
  const Icon = hasEnded ? RotateCcw : Power;
  return (
    <Button disabled={update.isPending} onClick={() => update.mutate({ enabled: true })}>
      <Icon size={15} aria-hidden="true" />
      {hasEnded ? t.cameras.playAgain : words.turnOn}
    </Button>
  );
}
