import { type ReactNode, useId } from 'react';

/** A titled part of a page. */
export function Panel({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="min-w-0 rounded-lg border border-line bg-surface">
      <div className="flex min-h-10 items-center justify-between gap-3 px-4 pt-2.5">
        <h2 id={id} className="text-[0.8125rem] font-semibold text-muted">
          {title}
        </h2>
        {aside}
      </div>
      <div className="px-4 pt-1 pb-4">{children}</div>
    </section>
  );
}

/** Names and values, one pair a line. */
export function Facts({ items }: { items: ReadonlyArray<{ name: string; value: ReactNode; title?: string }> }) {
  return (
    <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1.5">
      {items.map(({ name, value, title }) => (
        <div key={name} className="contents">
          <dt className="text-muted" title={title}>
            {name}
          </dt>
          <dd className="figures text-right">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
