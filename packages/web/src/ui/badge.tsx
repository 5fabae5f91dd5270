import { classes } from './classes.js';

export type Tone = 'good' | 'warn' | 'bad' | 'muted';

/** Colours of a short fact in a chip. */
const CHIPS: Record<Tone, string> = {
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  muted: 'bg-sunken text-muted',
};

export const TONES: Record<Tone, string> = {
  good: 'text-good',
  warn: 'text-warn',
  bad: 'text-bad',
  muted: 'text-muted',
};

/** The look of a chip. */
export function chipClasses(tone: Tone): string {
  return classes(
    'inline-flex min-h-6.5 items-center gap-1.5 rounded-full px-2.5 text-12 whitespace-nowrap',
    CHIPS[tone],
  );
}

export interface BadgeProps {
  tone: Tone;
  label: string;
  /** The reason, shown on hover. */
  reason?: string | undefined;
  /** Announced by screen readers when it changes, politely. */
  announce?: boolean;
}

/** A state in one word, in a chip: a filled dot when all is well, a ring for every other state. */
export function Badge({ tone, label, reason, announce = true }: BadgeProps) {
  return (
    <span role={announce ? 'status' : undefined} title={reason || undefined} className={chipClasses(tone)}>
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
