import { RequestError } from '@lookout/client';
import type { CameraPatch } from '@lookout/protocol';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { t } from '../strings/index.js';

type Issue = NonNullable<ReturnType<(typeof CameraPatch)['safeParse']>['error']>['issues'][number];

/** A schema of the contract. */
interface Schema {
  safeParse(body: unknown): { error?: { issues: readonly Issue[] } | undefined };
}

/**
 * The values of a form and their errors: checked by the contract's schema before sending, and by the server after. Fields are named as in
 * the request body, e.g. `detect.fps`.
 */
export function useForm<Values extends object>(initial: Values) {
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  useEffect(() => {
    if (Object.keys(errors).length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [errors]);
  const set = (change: Partial<Values>) => setValues((current) => ({ ...current, ...change }));
  return {
    values,
    set,
    /** Props of the `<form>`. */
    form: (onSubmit: () => void) => ({
      ref: form,
      noValidate: true,
      className: 'space-y-4',
      onSubmit: (event: FormEvent) => {
        event.preventDefault();
        onSubmit();
      },
    }),
    /** Props of a text field. */
    text: (name: keyof Values & string) => ({
      value: values[name] as string,
      error: errors[name],
      onChange: (value: string) => set({ [name]: value } as Partial<Values>),
    }),
    /** Whether the server would accept this body; errors are shown at their fields. */
    check: (schema: Schema, body: unknown): boolean => {
      const issues = schema.safeParse(body).error?.issues ?? [];
      setErrors(Object.fromEntries(issues.map((issue) => [issue.path.join('.'), issueInWords(issue)])));
      return issues.length === 0;
    },
    /** Shows what the server refused at its fields. */
    refuse: (error: unknown): void => {
      if (!(error instanceof RequestError)) return;
      setErrors(Object.fromEntries(error.fields.map(({ field, message }) => [field, message])));
    },
  };
}

/** A limit in plain words; the contract itself describes formats. */
export function issueInWords(issue: Issue): string {
  switch (issue.code) {
    case 'too_small':
      return issue.origin === 'string' ? t.form.required : t.form.atLeast(Number(issue.minimum));
    case 'too_big':
      return issue.origin === 'string' ? t.form.tooLong(Number(issue.maximum)) : t.form.atMost(Number(issue.maximum));
    case 'invalid_type':
      return issue.expected === 'number' ? t.form.number : issue.message;
    default:
      return issue.message;
  }
}

/** The number that was typed, with a point or a comma; an empty text is not zero. */
export function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text.replace(',', '.'));
}

/** A number as a form shows it: `7.5`, or `7,5` where that is usual. */
export function numberText(value: number): string {
  return new Intl.NumberFormat(t.locale, { maximumFractionDigits: 6, useGrouping: false }).format(value);
}
