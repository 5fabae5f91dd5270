import { LinkIcon } from 'lucide-react';
import { useState } from 'react';
import { SignInPage } from '../sign-in/index.js';
import { t } from '../strings/index.js';
import { Button } from '../ui/button.js';

/** The same text whether a link is wrong, was revoked, or names a camera without a sign-in. */
export function ClosedLink({ onRetry }: { onRetry: () => void }) {
  const [signingIn, setSigningIn] = useState(false);
  if (signingIn) return <SignInPage onSignedIn={onRetry} />;
  return (
    <main className="grid min-h-dvh place-items-center p-5">
      <div className="max-w-sm text-center">
        <span className="mx-auto grid size-12 place-items-center rounded-full bg-sunken text-muted">
          <LinkIcon size={22} aria-hidden="true" />
        </span>
        <h1 className="mt-4 text-20">{t.closedLink.title}</h1>
        <p className="mt-2 text-pretty text-muted">{t.closedLink.text}</p>
        <div className="mt-6 flex flex-wrap justify-center gap-2">
          <Button onClick={onRetry}>{t.actions.tryAgain}</Button>
          <Button variant="ghost" onClick={() => setSigningIn(true)}>
            {t.actions.signIn}
          </Button>
        </div>
      </div>
    </main>
  );
}
