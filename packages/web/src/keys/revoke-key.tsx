import type { ApiKey } from '@lookout/protocol';
import { AlertDialog } from 'radix-ui';
import { useState } from 'react';
import { Button } from '../ui/button.js';
import { ErrorMessage } from '../ui/message.js';
import { useRevokeKey } from './key-queries.js';

/** Asks once, then revokes. */
export function RevokeKey({ apiKey: { id, name } }: { apiKey: ApiKey }) {
  const revoke = useRevokeKey();
  const [open, setOpen] = useState(false);
  return (
    <AlertDialog.Root
      open={open}
      onOpenChange={(opens) => {
        revoke.reset();
        setOpen(opens);
      }}
    >
      <AlertDialog.Trigger asChild>
        <Button variant="danger" aria-label={`Revoke ${name}`}>
          Revoke
        </Button>
      </AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-40 bg-black/55" />
        <AlertDialog.Content className="fixed top-1/2 left-1/2 z-50 w-[calc(100vw-2rem)] max-w-sm -translate-x-1/2 -translate-y-1/2 rounded-xl border border-line bg-surface p-5 shadow-2xl">
          <AlertDialog.Title className="text-base font-semibold">Revoke {name}?</AlertDialog.Title>
          <AlertDialog.Description className="mt-1 text-muted">
            Everyone who signed in with it is signed out, and programs that use it are disconnected at once.
          </AlertDialog.Description>
          {revoke.isError && (
            <div className="mt-4">
              <ErrorMessage error={revoke.error} />
            </div>
          )}
          <div className="mt-5 flex justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>Keep it</Button>
            </AlertDialog.Cancel>
            <Button
              variant="danger"
              disabled={revoke.isPending}
              onClick={() => revoke.mutate(id, { onSuccess: () => setOpen(false) })}
            >
              Revoke
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
