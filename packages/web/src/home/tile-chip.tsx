import { CircleSlash, Hourglass, ImageOff, type LucideIcon, Pause, Power, Unplug } from 'lucide-react';
import { formatMs, MARKED_FROM_MS } from '../lib/format.js';
import type { LiveMeter } from '../player/live-meter.js';
import { useFigures } from '../player/live-view.js';
import { t } from '../strings/index.js';
import { classes } from '../ui/classes.js';
import type { NotLive } from './not-live.js';

const words = t.home.tile;

const ICONS: Record<NotLive, LucideIcon> = {
  connecting: Hourglass,
  moving: Hourglass,
  stalled: ImageOff,
  unreachable: Unplug,
  refused: CircleSlash,
  unsupported: CircleSlash,
  off: Power,
  waiting: Hourglass,
  not_connected: Unplug,
  paused: Pause,
  silent: ImageOff,
};

const CHIP =
  'always-dark figures pointer-events-none absolute top-2.5 right-2.5 z-2 flex h-7 items-center gap-1.5 rounded-full bg-glass px-2.5 text-12 whitespace-nowrap text-on-glass';

export interface TileChipProps {
  /** undefined: live. */
  reason: NotLive | undefined;
  /** Why, in the server's words. */
  title?: string | undefined;
  isStale: boolean;
  meter: LiveMeter;
}

/** The one place of a tile that tells the camera's state: how late its picture is, or why it is not live. */
export function TileChip({ reason, title, isStale, meter }: TileChipProps) {
  if (reason === undefined) return <LiveChip isStale={isStale} meter={meter} />;
  const Icon = ICONS[reason];
  return (
    <span role="status" title={title || undefined} className={CHIP}>
      <Icon size={13} aria-hidden="true" />
      {words.states[reason]}
    </span>
  );
}

function LiveChip({ isStale, meter }: { isStale: boolean; meter: LiveMeter }) {
  const { ageMs } = useFigures(meter);
  if (ageMs === undefined) {
    return (
      <span className={CHIP}>
        <Hourglass size={13} aria-hidden="true" />
        {words.states.connecting}
      </span>
    );
  }
  const isLate = isStale || ageMs > MARKED_FROM_MS;
  return (
    <span className={classes(CHIP, isLate && 'text-warn')}>
      <span
        aria-hidden="true"
        className={classes('size-2', isLate ? 'rounded-xs bg-warn-mark' : 'rounded-full bg-good')}
      />
      {isStale ? words.old(formatMs(meter.pictureAgeMs(performance.now()) ?? ageMs)) : words.delay(formatMs(ageMs))}
    </span>
  );
}
