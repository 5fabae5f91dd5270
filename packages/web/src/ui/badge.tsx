import { classes } from './classes.js';

export type Tone = 'good' | 'warn' | 'bad' | 'muted';

export const TONES: Record<Tone, string> = {
  good: 'text-good',
  warn: 'text-warn',
  bad: 'text-bad',
  muted: 'text-muted',
};

export interface BadgeProps {
  tone: Tone;
  label: string;
  /** The reason, shown on hover. */
  reason?: string | undefined;
  /** Announced by screen readers when it changes, politely. */
  announce?: boolean;
}

/** A state in one word: a filled dot when all is well, a ring for every other state. */
export function Badge({ tone, label, reason, announce = true }: BadgeProps) {
  return (
    <span
      role={announce ? 'status' : undefined}
      title={reason || undefined}
      className={classes('inline-flex items-center gap-1.5 text-[0.8125rem] font-medium', TONES[tone])}
    >
      <span
        aria-hidden="true"
        className={classes(
          'size-2 shrink-0 rounded-full border-[1.5px] border-current',
          tone === 'good' && 'bg-current',
        )}
      />
      {label}
    </span>
  );
}
