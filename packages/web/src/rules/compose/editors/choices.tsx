import type { ReactNode } from 'react';
import { classes } from '../../../ui/classes.js';

/** A group of fields with a heading. */
export function Group({ label, children }: { label: string; children: ReactNode }) {
  return (
    <fieldset>
      <legend className="mb-2 text-13 font-strong">{label}</legend>
      {children}
    </fieldset>
  );
}

export interface Option<T extends string> {
  value: T;
  label: string;
  hint?: string | undefined;
  /** Before the label: a colour, a picture. */
  mark?: ReactNode;
}

/** One of several, each with a line that explains it. */
export function Choices<T extends string>({
  name,
  options,
  value,
  onChange,
  children,
}: {
  name: string;
  options: readonly Option<T>[];
  value: T | undefined;
  onChange: (value: T) => void;
  /** What belongs to the chosen one, below it. */
  children?: ReactNode;
}) {
  return (
    <div className="grid gap-1.5">
      {options.map((option) => (
        <div key={option.value}>
          <label className="flex min-h-11 cursor-pointer items-center gap-3 rounded-md border border-line px-3 py-2 has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent">
            <input
              type="radio"
              name={name}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
              className="size-4 shrink-0 accent-accent outline-none"
            />
            {option.mark}
            <span className="min-w-0">
              <span className="block font-strong break-words">{option.label}</span>
              {option.hint && <span className="block text-13 text-muted">{option.hint}</span>}
            </span>
          </label>
          {option.value === value && children}
        </div>
      ))}
    </div>
  );
}

/** Any of several, as buttons that stay pressed. */
export function Toggles<T extends string>({
  options,
  chosen,
  onChange,
  className,
}: {
  options: readonly { value: T; label: string }[];
  chosen: readonly T[];
  onChange: (chosen: T[]) => void;
  className?: string;
}) {
  const toggle = (value: T) =>
    onChange(chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value]);
  return (
    <div className={classes('flex flex-wrap gap-1.5', className)}>
      {options.map(({ value, label }) => (
        <button
          key={value}
          type="button"
          aria-pressed={chosen.includes(value)}
          onClick={() => toggle(value)}
          className="min-h-target rounded-full border border-line px-3 text-13 font-strong hover:border-line-strong aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent-text"
        >
          {label}
        </button>
      ))}
    </div>
  );
}
