import type { CameraState } from '@lookout/protocol';
import { classes } from './classes.js';

const LOOKS: Record<CameraState, { label: string; tone: string; filled: boolean }> = {
  live: { label: 'Live', tone: 'text-good', filled: true },
  connecting: { label: 'Connecting', tone: 'text-muted', filled: false },
  stalled: { label: 'Stalled', tone: 'text-warn', filled: false },
  unreachable: { label: 'Unreachable', tone: 'text-bad', filled: false },
  refused: { label: 'Refused', tone: 'text-bad', filled: false },
  unsupported: { label: 'Unsupported', tone: 'text-bad', filled: false },
  off: { label: 'Off', tone: 'text-muted', filled: false },
};

const AWAY = { label: 'Waiting', tone: 'text-muted', filled: false };

export interface StateBadgeProps {
  state: CameraState;
  reason?: string;
  announce?: boolean;
  /** Off only because nobody publishes to it. */
  away?: boolean;
}

/** A camera's state in a word; full dot for live, ring for everything else. Changes are read out, politely, unless `announce` is false. */
export function StateBadge({ state, reason, announce = true, away = false }: StateBadgeProps) {
  const { label, tone, filled } = away ? AWAY : LOOKS[state];
  return (
    <span
      role={announce ? 'status' : undefined}
      title={reason || undefined}
      className={classes('inline-flex items-center gap-1.5 text-[0.8125rem] font-medium', tone)}
    >
      <span
        aria-hidden="true"
        className={classes('size-2 shrink-0 rounded-full border-[1.5px] border-current', filled && 'bg-current')}
      />
      {label}
    </span>
  );
}
