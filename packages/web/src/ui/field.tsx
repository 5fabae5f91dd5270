import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from 'react';
import { classes } from './classes.js';

const CONTROL =
  'w-full h-9 rounded-md border border-line-strong bg-surface px-3 text-text placeholder:text-muted disabled:opacity-60 aria-invalid:border-bad';

interface Common {
  label: string;
  hint?: ReactNode;
  error?: string;
}

/** A labelled input; hint and error are read out with it. */
export function TextField({ label, hint, error, className, ...rest }: Common & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <input
        id={id}
        aria-describedby={hint || error ? `${id}-note` : undefined}
        aria-invalid={error ? true : undefined}
        className={classes(CONTROL, className)}
        {...rest}
      />
      <Note id={`${id}-note`} hint={hint} error={error} />
    </div>
  );
}

/** A labelled select. */
export function SelectField({ label, hint, error, ...rest }: Common & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <select id={id} aria-describedby={hint || error ? `${id}-note` : undefined} className={CONTROL} {...rest} />
      <Note id={`${id}-note`} hint={hint} error={error} />
    </div>
  );
}

function Note({ id, hint, error }: { id: string; hint?: ReactNode; error?: string }) {
  if (!hint && !error) return null;
  return (
    <p id={id} className={classes('mt-1 text-[0.8125rem]', error ? 'text-bad' : 'text-muted')}>
      {error ?? hint}
    </p>
  );
}
