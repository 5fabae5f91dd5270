import type { ShownState } from '../camera/shown-state.js';
import { classes } from './classes.js';

const LOOKS: Record<ShownState, { label: string; tone: string; filled: boolean }> = {
  live: { label: 'Live', tone: 'text-good', filled: true },
  connecting: { label: 'Connecting', tone: 'text-muted', filled: false },
  stalled: { label: 'Stalled', tone: 'text-warn', filled: false },
  unreachable: { label: 'Unreachable', tone: 'text-bad', filled: false },
  refused: { label: 'Refused', tone: 'text-bad', filled: false },
  unsupported: { label: 'Unsupported', tone: 'text-bad', filled: false },
  off: { label: 'Off', tone: 'text-muted', filled: false },
  waiting: { label: 'Waiting', tone: 'text-muted', filled: false },
  not_connected: { label: 'Not connected', tone: 'text-bad', filled: false },
};

export interface StateBadgeProps {
  state: ShownState;
  reason?: string;
  announce?: boolean;
}

/** A camera's state in a word; full dot for live, ring for everything else. Changes are read out, politely, unless `announce` is false. */
export function StateBadge({ state, reason, announce = true }: StateBadgeProps) {
  const { label, tone, filled } = LOOKS[state];
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
