import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { classes } from './classes.js';

type Variant = 'primary' | 'plain' | 'ghost' | 'danger';

const VARIANTS: Record<Variant, string> = {
  primary: 'bg-accent text-on-accent border-transparent hover:opacity-90',
  plain: 'bg-surface text-text border-line hover:border-line-strong',
  ghost: 'bg-transparent text-muted border-transparent hover:text-text hover:bg-sunken',
  danger: 'bg-surface text-bad border-line hover:border-bad',
};

const BASE =
  'inline-flex pointer-coarse:min-h-11 items-center justify-center gap-2 rounded-md border font-medium transition-colors disabled:opacity-50 disabled:cursor-not-allowed select-none whitespace-nowrap';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: Variant;
}

export function Button({ variant = 'plain', className, type = 'button', ...rest }: ButtonProps) {
  return <button type={type} className={classes(BASE, VARIANTS[variant], 'h-9 px-3.5', className)} {...rest} />;
}

export interface IconButtonProps extends Omit<ButtonProps, 'aria-label' | 'children'> {
  /** Read out, and shown on hover. */
  label: string;
  children: ReactNode;
}

/** A square button with an icon only. */
export function IconButton({ label, variant = 'ghost', className, type = 'button', ...rest }: IconButtonProps) {
  return (
    <button
      type={type}
      aria-label={label}
      title={label}
      className={classes(BASE, VARIANTS[variant], 'size-9', className)}
      {...rest}
    />
  );
}

/** The look of a button for a link. */
export function buttonClasses(variant: Variant = 'plain'): string {
  return classes(BASE, VARIANTS[variant], 'h-9 px-3.5');
}
