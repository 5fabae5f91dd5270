import { Slider } from 'radix-ui';
import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from 'react';
import { classes } from './classes.js';

const CONTROL =
  'w-full h-11 rounded-md border border-line-strong bg-surface px-3 text-15 text-text placeholder:text-muted disabled:opacity-60 aria-invalid:border-bad';

interface FieldProps {
  label: string;
  hint?: ReactNode;
  /** What is wrong with the value; replaces the hint. */
  error?: string | undefined;
}

/** A label above a control, a hint or an error below it, both read out with it. @param control gets the attributes that link them */
function Field({
  label,
  hint,
  error,
  control,
}: FieldProps & { control: (linked: InputHTMLAttributes<HTMLElement>) => ReactNode }) {
  const id = useId();
  const note = error ?? hint;
  const noteId = note ? `${id}-note` : undefined;
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-13 font-strong">
        {label}
      </label>
      {control({ id, 'aria-describedby': noteId, 'aria-invalid': error ? true : undefined })}
      {note && (
        <p id={noteId} className={classes('mt-1.5 text-13', error ? 'text-bad' : 'text-muted')}>
          {note}
        </p>
      )}
    </div>
  );
}

export interface TextFieldProps extends FieldProps, Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange'> {
  /** Shown literally: an address, a pin. */
  literal?: boolean;
  onChange: (value: string) => void;
}

export function TextField({ label, hint, error, literal, onChange, ...rest }: TextFieldProps) {
  return (
    <Field
      {...{ label, hint, error }}
      control={(linked) => (
        <input
          {...linked}
          className={classes(CONTROL, literal && 'font-mono text-13')}
          onChange={({ target }) => onChange(target.value)}
          {...(literal && { autoCapitalize: 'none', autoComplete: 'off', spellCheck: false })}
          {...rest}
        />
      )}
    />
  );
}

export interface SelectFieldProps extends FieldProps, Omit<SelectHTMLAttributes<HTMLSelectElement>, 'onChange'> {
  options: ReadonlyArray<{ value: string; label: string }>;
  onChange: (value: string) => void;
}

/** The browser's own list, which on phones is better than one that a page could draw. */
export function SelectField({ label, hint, error, options, onChange, ...rest }: SelectFieldProps) {
  return (
    <Field
      {...{ label, hint, error }}
      control={(linked) => (
        <select {...linked} className={CONTROL} onChange={({ target }) => onChange(target.value)} {...rest}>
          {options.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    />
  );
}

export interface SliderFieldProps {
  label: string;
  hint?: string;
  min: number;
  max: number;
  step: number;
  value: number;
  /** The value in words. */
  text: string;
  onChange: (value: number) => void;
  /** Called when the slider is released. */
  onCommit?: (value: number) => void;
}

export function SliderField({ label, hint, text, value, onChange, onCommit, ...range }: SliderFieldProps) {
  const id = useId();
  return (
    <div>
      <div className="flex items-baseline justify-between gap-3">
        <span id={id} className="font-medium">
          {label}
        </span>
        <span className="figures text-muted">{text}</span>
      </div>
      <Slider.Root
        {...range}
        value={[value]}
        onValueChange={([next]) => onChange(next ?? value)}
        onValueCommit={([next]) => onCommit?.(next ?? value)}
        className="relative flex h-8 touch-none items-center pointer-coarse:h-11"
      >
        <Slider.Track className="relative h-1.5 grow rounded-full bg-line-strong">
          <Slider.Range className="absolute h-full rounded-full bg-accent" />
        </Slider.Track>
        <Slider.Thumb
          aria-labelledby={id}
          aria-valuetext={text}
          aria-describedby={hint && `${id}-hint`}
          className="block size-4.5 rounded-full border-2 border-surface bg-accent shadow-1 pointer-coarse:size-6"
        />
      </Slider.Root>
      {hint && (
        <p id={`${id}-hint`} className="text-13 text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}
