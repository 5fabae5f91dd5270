import { ToggleGroup } from 'radix-ui';

export interface SegmentedProps<T extends string> {
  label: string;
  value: T;
  options: ReadonlyArray<{ value: T; label: string; title?: string }>;
  onChange: (value: T) => void;
}

/** One of a few, all in sight. */
export function Segmented<T extends string>({ label, value, options, onChange }: SegmentedProps<T>) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      onValueChange={(next) => next && onChange(next as T)}
      className="inline-flex flex-wrap rounded-md border border-line bg-sunken p-0.5"
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          title={option.title}
          className="h-7.5 rounded-[5px] px-2.5 text-[0.8125rem] font-medium text-muted hover:text-text data-[state=on]:bg-surface data-[state=on]:text-text data-[state=on]:shadow-sm"
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}

export interface TogglesProps<T extends string> {
  label: string;
  values: readonly T[];
  options: ReadonlyArray<{ value: T; label: string }>;
  onChange: (values: T[]) => void;
}

/** Any of a few, all in sight. */
export function Toggles<T extends string>({ label, values, options, onChange }: TogglesProps<T>) {
  return (
    <ToggleGroup.Root
      type="multiple"
      aria-label={label}
      value={[...values]}
      onValueChange={(next) => onChange(next as T[])}
      className="inline-flex flex-wrap gap-1"
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          className="inline-flex h-8.5 items-center gap-1.5 rounded-md border border-line px-2.5 text-[0.8125rem] font-medium text-muted hover:border-line-strong hover:text-text data-[state=on]:border-accent data-[state=on]:bg-accent-soft data-[state=on]:text-text"
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
