import type { Camera } from '@lookout/protocol';
import { RefreshCw } from 'lucide-react';
import { AlertDialog } from 'radix-ui';
import { useState } from 'react';
import { useRenewTokens } from '../api/queries.js';
import { Button } from '../ui/button.js';
import { ErrorMessage } from '../ui/message.js';

/** Takes a camera's links back and makes new ones; asks first, since people are cut off. */
export function RenewLinks({ camera }: { camera: Camera }) {
  const renew = useRenewTokens(camera.id);
  const [open, setOpen] = useState(false);
  return (
    <AlertDialog.Root
      open={open}
      onOpenChange={(next) => {
        renew.reset();
        setOpen(next);
      }}
    >
      <AlertDialog.Trigger asChild>
        <Button>
          <RefreshCw size={15} aria-hidden="true" />
          Make new links
        </Button>
      </AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-40 bg-black/55" />
        <AlertDialog.Content className="fixed top-1/2 left-1/2 z-50 w-[calc(100vw-2rem)] max-w-md -translate-x-1/2 -translate-y-1/2 rounded-xl border border-line bg-surface p-5 shadow-2xl">
          <AlertDialog.Title className="text-base font-semibold">Make new links for {camera.name}?</AlertDialog.Title>
          <AlertDialog.Description className="mt-1 text-pretty text-muted">
            {camera.kind === 'push'
              ? 'The current links stop working at once: the publishing device stops, and everyone watching by link is disconnected. Send the new links to those who still need them.'
              : 'The current link stops working at once, and everyone watching by it is disconnected. Send the new one to those who still need it.'}{' '}
            People who are signed in are not affected.
          </AlertDialog.Description>
          {renew.isError && (
            <div className="mt-4">
              <ErrorMessage error={renew.error} />
            </div>
          )}
          <div className="mt-5 flex justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>Keep them</Button>
            </AlertDialog.Cancel>
            <Button
              variant="danger"
              disabled={renew.isPending}
              onClick={() => renew.mutate(undefined, { onSuccess: () => setOpen(false) })}
            >
              Make new links
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
