import type { LucideIcon } from 'lucide-react';
import { Switch as RadixSwitch, ToggleGroup } from 'radix-ui';
import { useId } from 'react';
import { classes } from './classes.js';

export interface SegmentedProps<T extends string> {
  label: string;
  value: T;
  options: ReadonlyArray<{ value: T; label: string; title?: string; Icon?: LucideIcon }>;
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
      className="inline-flex flex-wrap gap-0.5 rounded-[12px] bg-sunken p-[3px] data-disabled:opacity-50"
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          title={option.title}
          className="inline-flex min-h-[calc(var(--target)-6px)] pointer-coarse:min-h-11 items-center gap-1.5 rounded-[9px] px-3 phone:px-2 text-13 font-strong text-muted transition-colors hover:text-text data-[state=on]:bg-lifted data-[state=on]:text-text data-[state=on]:shadow-1"
        >
          {option.Icon && <option.Icon size={15} aria-hidden="true" />}
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}

export interface SwitchProps {
  label: string;
  /** Only read out: what it switches stands beside it, or on phones there is no room for it. */
  isLabelHidden?: boolean | 'on phones';
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  disabled?: boolean;
}

/** An on/off switch that takes effect at once. */
export function Switch({ label, isLabelHidden = false, ...rest }: SwitchProps) {
  const id = useId();
  return (
    <span className="flex items-center gap-2">
      <RadixSwitch.Root
        id={id}
        className="relative h-6 w-10 shrink-0 after:absolute after:-inset-x-1 after:-inset-y-2.5 rounded-full bg-line-strong p-[3px] transition-colors disabled:opacity-50 data-[state=checked]:bg-accent"
        {...rest}
      >
        <RadixSwitch.Thumb className="block size-4.5 rounded-full bg-white shadow-1 transition-transform duration-180 data-[state=checked]:translate-x-4 data-[state=checked]:bg-on-accent" />
      </RadixSwitch.Root>
      <label
        htmlFor={id}
        className={
          isLabelHidden === true ? 'sr-only' : classes('pointer-coarse:py-3.25', isLabelHidden && 'phone:sr-only')
        }
      >
        {label}
      </label>
    </span>
  );
}
