import { useMutation } from '@tanstack/react-query';
import { LogIn } from 'lucide-react';
import { useState } from 'react';
import { lookout } from '../api/client.js';
import { useTitle } from '../lib/use-title.js';
import { Button } from '../ui/button.js';
import { TextField } from '../ui/field.js';
import { Mark } from '../ui/logo.js';
import { ErrorMessage } from '../ui/message.js';
import { ThemeToggle } from '../ui/theme-toggle.js';

/** Trades an API key for a session cookie. */
export function SignInPage({ onSignedIn }: { onSignedIn: () => void }) {
  useTitle('Sign in');
  const [key, setKey] = useState('');
  const signIn = useMutation({ mutationFn: () => lookout.session.signIn(key.trim()), onSuccess: onSignedIn });
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="absolute top-3 right-3">
        <ThemeToggle />
      </div>
      <form
        className="w-full max-w-sm space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate();
        }}
      >
        <div className="mb-6 flex items-center gap-3">
          <Mark size={32} />
          <h1 className="text-xl font-semibold tracking-tight">Lookout</h1>
        </div>
        {new URLSearchParams(window.location.search).has('join') && (
          <p role="alert" className="text-warn">
            This code was used already, or has expired. Make a new one where you are signed in.
          </p>
        )}
        <TextField
          label="API key"
          type="password"
          name="key"
          autoComplete="current-password"
          placeholder="lk_…"
          required
          autoFocus
          spellCheck={false}
          value={key}
          onChange={(event) => setKey(event.target.value)}
          hint="The server printed an admin key when it first started. This browser keeps it in a cookie that scripts cannot read."
        />
        {signIn.isError && <ErrorMessage error={signIn.error} />}
        <Button type="submit" variant="primary" className="w-full" disabled={signIn.isPending || key.trim() === ''}>
          <LogIn size={16} aria-hidden="true" />
          {signIn.isPending ? 'Signing in' : 'Sign in'}
        </Button>
      </form>
    </main>
  );
}
