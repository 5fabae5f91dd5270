import { TextField } from '../ui/field.js';

export interface TypedCredentials {
  user: string;
  password: string;
}

export interface CredentialFieldsProps extends TypedCredentials {
  hint?: string | undefined;
  onChange: (change: Partial<TypedCredentials>) => void;
}

/** User and password of a camera, as they are: nobody has to escape them for an address. */
export function CredentialFields({ user, password, hint, onChange }: CredentialFieldsProps) {
  return (
    <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
      <TextField
        label="User"
        value={user}
        hint={hint}
        maxLength={256}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        onChange={(event) => onChange({ user: event.target.value })}
      />
      <TextField
        label="Password"
        type="password"
        value={password}
        maxLength={256}
        // Not the browser's password of this page.
        autoComplete="new-password"
        onChange={(event) => onChange({ password: event.target.value })}
      />
    </div>
  );
}
