import { Switch as RadixSwitch, ToggleGroup } from 'radix-ui';
import { useId } from 'react';

export interface SegmentedProps<T extends string> {
  label: string;
  value: T;
  options: ReadonlyArray<{ value: T; label: string; title?: string }>;
  onChange: (value: T) => void;
  disabled?: boolean;
}

/** Chooses one of a few options, all visible. */
export function Segmented<T extends string>({ label, value, options, onChange, disabled }: SegmentedProps<T>) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      disabled={disabled}
      onValueChange={(next) => next && onChange(next as T)}
      className="inline-flex flex-wrap rounded-md border border-line bg-sunken p-0.5 data-disabled:opacity-50"
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

export interface SwitchProps {
  label: string;
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  disabled?: boolean;
}

/** An on/off switch that takes effect at once. */
export function Switch({ label, ...rest }: SwitchProps) {
  const id = useId();
  return (
    <span className="flex items-center gap-2">
      <RadixSwitch.Root
        id={id}
        className="relative h-5 w-9 shrink-0 after:absolute after:-inset-x-1.5 after:-inset-y-3.5 rounded-full border border-line-strong bg-sunken p-px transition-colors disabled:opacity-50 data-[state=checked]:border-accent data-[state=checked]:bg-accent"
        {...rest}
      >
        <RadixSwitch.Thumb className="block size-4 rounded-full bg-line-strong transition-transform data-[state=checked]:translate-x-4 data-[state=checked]:bg-on-accent" />
      </RadixSwitch.Root>
      <label htmlFor={id} className="pointer-coarse:py-3">
        {label}
      </label>
    </span>
  );
}
