import { useEffect, useRef } from 'react';
import { t } from '../strings/index.js';
import { TextField } from '../ui/field.js';

const words = t.signIn;

export interface PasswordFieldsProps {
  name: string;
  password: string;
  onChange: (change: { name?: string; password?: string }) => void;
}

/** A user's name and password. */
export function PasswordFields({ name, password, onChange }: PasswordFieldsProps) {
  const fields = useRef<HTMLDivElement>(null);
  useEffect(() => fields.current?.querySelector('input')?.focus(), []);
  return (
    <div ref={fields} className="space-y-4">
      <TextField
        label={words.name}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        value={name}
        onChange={(value) => onChange({ name: value })}
      />
      <TextField
        label={words.password}
        name="password"
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(value) => onChange({ password: value })}
      />
    </div>
  );
}
