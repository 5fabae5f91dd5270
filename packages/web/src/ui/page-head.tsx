import type { ReactNode } from 'react';
import { classes } from './classes.js';

export interface PageHeadProps {
  title: string;
  /** Below the title. */
  note?: ReactNode;
  /** What can be done on this page. */
  children?: ReactNode;
}

/** On phones, a page's name stands in the top bar, which is empty there. */
export const IN_BAR =
  'truncate phone:fixed phone:right-14 phone:left-13.5 phone:top-0 phone:z-30 phone:text-[1.0625rem] phone:leading-14';

/** Title of a page, what it says in one sentence, and its actions. */
export function PageHead({ title, note, children }: PageHeadProps) {
  return (
    <div
      className={classes(
        'mb-5 flex min-h-target flex-wrap items-end justify-between gap-x-4 gap-y-2',
        !note && !children && 'phone:m-0 phone:min-h-0',
      )}
    >
      <div className="min-w-0">
        <h1 className={classes('text-26', IN_BAR)}>{title}</h1>
        {note && <div className="mt-1 text-muted phone:mt-0">{note}</div>}
      </div>
      {children && <div className="flex flex-wrap items-center gap-2">{children}</div>}
    </div>
  );
}
