import { useMutation } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { passkeyObstacle, wasDeclined } from '../lib/passkey-obstacle.js';
import { signInWithPasskey } from '../lib/passkeys.js';
import { t } from '../strings/index.js';
import { Button } from '../ui/button.js';
import { ErrorMessage } from '../ui/message.js';

const words = t.signIn.passkey;

/** Signs in without typing anything, or says why that is not possible on this page. */
export function PasskeyButton({ onSignedIn }: { onSignedIn: () => void }) {
  const signIn = useMutation({ mutationFn: signInWithPasskey, onSuccess: onSignedIn });
  const obstacle = passkeyObstacle();
  if (obstacle) return <p className="mt-3 text-13 text-pretty text-muted">{words.obstacles[obstacle]}</p>;
  return (
    <div className="mt-2 space-y-3">
      <Button className="min-h-12 w-full" disabled={signIn.isPending} onClick={() => signIn.mutate()}>
        <KeyRound size={16} aria-hidden="true" />
        {words.use}
      </Button>
      {!wasDeclined(signIn.error) && <ErrorMessage error={signIn.error} />}
    </div>
  );
}
