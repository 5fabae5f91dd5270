import { t } from '../strings/index.js';
import { classes } from '../ui/classes.js';

/** A dot beside what nobody has seen yet, and its place beside the rest. */
export function UnseenDot({ seen, className }: { seen: boolean; className?: string }) {
  const look = classes('size-2 shrink-0 rounded-full', className);
  if (seen) return <span aria-hidden="true" className={look} />;
  return <span role="img" aria-label={t.events.card.unseen} className={classes(look, 'bg-accent')} />;
}
