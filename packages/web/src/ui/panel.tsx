import { type ReactNode, useId } from 'react';
import { t } from '../strings/index.js';

/** A titled part of a page. */
export function Panel({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="min-w-0 rounded-lg border border-line bg-surface shadow-1">
      <div className="flex min-h-11 items-center justify-between gap-3 px-5 pt-3">
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        {aside}
      </div>
      <div className="px-5 pt-1.5 pb-5">{children}</div>
    </section>
  );
}

export interface Fact {
  name: string;
  /** Undefined where it is not known. */
  value: ReactNode;
  title?: string;
}

/** Names and values, one pair a line. */
export function Facts({ items }: { items: readonly Fact[] }) {
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5">
      {items.map(({ name, value, title }) => (
        <div key={name} className="contents">
          <dt className="text-muted" title={title}>
            {name}
          </dt>
          <dd className="figures text-right">{value ?? t.units.none}</dd>
        </div>
      ))}
    </dl>
  );
}
