import { Check, Copy } from 'lucide-react';
import { type ComponentProps, type ReactNode, useEffect, useState } from 'react';
import { t } from '../strings/index.js';
import { classes } from './classes.js';

type Variant = 'primary' | 'plain' | 'ghost' | 'danger';

const VARIANTS: Record<Variant, string> = {
  primary: 'bg-accent text-on-accent border-transparent hover:bg-accent-hover',
  plain: 'bg-surface text-text border-line shadow-1 hover:border-line-strong',
  ghost: 'bg-transparent text-muted border-transparent hover:text-text hover:bg-sunken',
  danger: 'bg-surface text-bad border-line shadow-1 hover:border-bad',
};

const SIZES = {
  text: 'min-h-target px-3.5',
  icon: 'size-target',
  /** Next to a line of text. */
  inline: 'size-8 shrink-0',
  /** One in a row of buttons. */
  compact: 'min-h-target px-3 text-13',
  /** An icon with its word below it, large enough for a thumb. */
  tool: 'h-14 min-w-0 flex-col gap-1 text-[0.6875rem] sideways:bg-surface/75',
} as const;

const BASE =
  'inline-flex pointer-coarse:min-h-11 items-center justify-center gap-2 rounded-md border font-strong transition-colors select-none whitespace-nowrap disabled:opacity-50 disabled:cursor-not-allowed aria-disabled:opacity-50 aria-disabled:cursor-not-allowed aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent-text';

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'aria-pressed'> {
  variant?: Variant;
  size?: keyof typeof SIZES;
  /** Given: a toggle. */
  pressed?: boolean | undefined;
}

export function Button(props: ButtonProps) {
  const { variant = 'plain', size = 'text', pressed, className, type = 'button', ...rest } = props;
  const look = classes(BASE, VARIANTS[variant], SIZES[size], className);
  return <button type={type} aria-pressed={pressed} className={look} {...rest} />;
}

export interface IconButtonProps extends Omit<ButtonProps, 'aria-label' | 'children'> {
  /** Read out, and shown on hover. */
  label: string;
  children: ReactNode;
}

/** A square button with an icon only. */
export function IconButton({ label, ...rest }: IconButtonProps) {
  return <Button aria-label={label} title={label} variant="ghost" size="icon" {...rest} />;
}

/** The look of a button, for links. */
export function buttonClasses(variant: Variant = 'plain', className?: string): string {
  return classes(BASE, VARIANTS[variant], SIZES.text, className);
}

const COPIED_MS = 2000;

export interface CopyButtonProps {
  /** What the text is, e.g. `Link to watch`. */
  label: string;
  text: string;
  /** Whether it shows its word beside its icon. */
  isNamed?: boolean;
}

/** Copies a text. */
export function CopyButton({ label, text, isNamed = false }: CopyButtonProps) {
  const [result, setResult] = useState<'copied' | 'refused'>();
  useEffect(() => {
    if (!result) return;
    const timer = setTimeout(() => setResult(undefined), COPIED_MS);
    return () => clearTimeout(timer);
  }, [result]);
  // The clipboard exists only on pages from HTTPS or loopback; on others the text can be selected by hand.
  if (!navigator.clipboard) return null;
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setResult('copied'),
      () => setResult('refused'),
    );
  const name = result ? t.copy[result] : t.copy.label(label);
  const icon = result === 'copied' ? <Check size={15} aria-hidden="true" /> : <Copy size={15} aria-hidden="true" />;
  if (isNamed)
    return (
      <Button size="compact" aria-label={name} className="shrink-0" onClick={copy}>
        {icon}
        {result ? t.copy[result] : t.copy.word}
      </Button>
    );
  return (
    <IconButton label={name} size="inline" onClick={copy}>
      {icon}
    </IconButton>
  );
}
