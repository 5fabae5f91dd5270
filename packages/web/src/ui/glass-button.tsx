import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { classes } from './classes.js';

const BASE =
  'inline-flex h-11 min-w-11 items-center justify-center gap-2 rounded-full px-3 text-13 font-strong whitespace-nowrap select-none transition-colors disabled:opacity-60 disabled:cursor-not-allowed focus-on-picture';

export interface GlassButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'aria-pressed'> {
  /** Read out, and shown on hover; absent: the text says it. */
  label?: string;
  /** Given: a toggle. */
  pressed?: boolean | undefined;
  children: ReactNode;
}

/** A button on a picture. */
export function GlassButton({ label, pressed, className, ...rest }: GlassButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      className={classes(
        BASE,
        pressed ? 'bg-on-glass/92 text-black hover:bg-on-glass' : 'bg-glass text-on-glass hover:bg-black/85',
        className,
      )}
      {...rest}
    />
  );
}
