import { LinkIcon } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../ui/button.js';
import { SignInPage } from './sign-in-page.js';

/** The same words whether a link is wrong, was taken back, or is a camera's name without a sign-in. */
export function ClosedLink({ onRetry }: { onRetry: () => void }) {
  const [signingIn, setSigningIn] = useState(false);
  if (signingIn) return <SignInPage onSignedIn={onRetry} />;
  return (
    <main className="grid min-h-dvh place-items-center p-5">
      <div className="max-w-sm text-center">
        <span className="mx-auto grid size-12 place-items-center rounded-full bg-sunken text-muted">
          <LinkIcon size={22} aria-hidden="true" />
        </span>
        <h1 className="mt-4 text-lg font-semibold tracking-tight">This link does not work</h1>
        <p className="mt-2 text-pretty text-muted">
          It may be incomplete, or its owner revoked it or made a new one. Ask the person who sent it for the current
          link.
        </p>
        <div className="mt-6 flex flex-wrap justify-center gap-2">
          <Button onClick={onRetry}>Try again</Button>
          <Button variant="ghost" onClick={() => setSigningIn(true)}>
            Sign in
          </Button>
        </div>
      </div>
    </main>
  );
}
