import { classes } from '../ui/classes.js';
import type { Status } from './publish-words.js';

const TONES: Record<Status['tone'], string> = {
  good: 'text-good',
  warn: 'text-warn',
  bad: 'text-bad',
  muted: 'text-muted',
};

/** How it stands in a word; a full dot for live, a ring for everything else. Changes are read out. */
export function StatusBadge({ tone, label }: Pick<Status, 'tone' | 'label'>) {
  return (
    <span role="status" className={classes('inline-flex items-center gap-1.5 font-medium', TONES[tone])}>
      <span
        aria-hidden="true"
        className={classes('size-2.5 rounded-full border-2 border-current', tone === 'good' && 'bg-current')}
      />
      {label}
    </span>
  );
}
