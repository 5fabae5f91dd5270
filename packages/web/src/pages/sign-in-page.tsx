import { useMutation } from '@tanstack/react-query';
import { LogIn } from 'lucide-react';
import { useState } from 'react';
import { lookout } from '../api/client.js';
import { useTitle } from '../lib/hooks.js';
import { t } from '../strings/index.js';
import { Button } from '../ui/button.js';
import { TextField } from '../ui/field.js';
import { LanguageChoice } from '../ui/language.js';
import { Mark } from '../ui/logo.js';
import { ErrorMessage } from '../ui/message.js';
import { ThemeToggle } from '../ui/theme.js';

/** Exchanges an API key for a session cookie. */
export function SignInPage({ onSignedIn }: { onSignedIn: () => void }) {
  useTitle(t.actions.signIn);
  const [key, setKey] = useState('');
  const signIn = useMutation({ mutationFn: () => lookout.session.signIn(key.trim()), onSuccess: onSignedIn });
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="absolute top-3 right-3 flex items-center gap-1">
        <LanguageChoice />
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
          <h1 className="text-26">{t.product}</h1>
        </div>
        {new URLSearchParams(window.location.search).has('join') && (
          <p role="alert" className="text-warn">
            {t.signIn.codeUsed}
          </p>
        )}
        <TextField
          label={t.signIn.key}
          type="password"
          name="key"
          autoComplete="current-password"
          placeholder="lk_…"
          required
          autoFocus
          spellCheck={false}
          value={key}
          onChange={setKey}
          hint={t.signIn.keyHint}
        />
        <ErrorMessage error={signIn.error} />
        <Button type="submit" variant="primary" className="w-full" disabled={signIn.isPending || key.trim() === ''}>
          <LogIn size={16} aria-hidden="true" />
          {signIn.isPending ? t.signIn.signingIn : t.actions.signIn}
        </Button>
      </form>
    </main>
  );
}
