import { t } from '../strings/index.js';
import { TextField } from '../ui/field.js';

const words = t.cameras.settings;

export interface CredentialFieldsProps {
  user: string;
  password: string;
  hint: string;
  autoFocus?: boolean;
  onChange: (change: { user?: string; password?: string }) => void;
}

/** User and password of a camera, unescaped. */
export function CredentialFields({ user, password, hint, autoFocus = false, onChange }: CredentialFieldsProps) {
  return (
    <div className="grid grid-cols-[repeat(auto-fit,minmax(min(100%,10rem),1fr))] items-start gap-4">
      <TextField
        label={words.user}
        value={user}
        hint={hint}
        literal
        autoFocus={autoFocus}
        onChange={(user) => onChange({ user })}
      />
      <TextField
        label={words.password}
        type="password"
        value={password}
        // Keeps the browser from filling in this page's own password.
        autoComplete="new-password"
        onChange={(password) => onChange({ password })}
      />
    </div>
  );
}
