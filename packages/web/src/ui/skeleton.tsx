import { classes } from './classes.js';

export interface SkeletonProps {
  count: number;
  /** Of the whole: how its parts are laid out. */
  className: string;
  /** Of each part: its shape. */
  part: string;
}

/** The shape of what will be there until the server has answered. */
export function Skeleton({ count, className, part }: SkeletonProps) {
  return (
    <div aria-hidden="true" className={className}>
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <div key={index} className={classes('rounded-lg bg-sunken', part)} />
      ))}
    </div>
  );
}
