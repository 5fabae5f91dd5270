import type { Camera } from '@lookout/protocol';
import { Trash2 } from 'lucide-react';
import { AlertDialog } from 'radix-ui';
import { useNavigate } from 'react-router';
import { useRemoveCamera } from '../api/queries.js';
import { Button, IconButton } from '../ui/button.js';
import { ErrorMessage } from '../ui/message.js';

/** Asks once, then removes and goes back to the dashboard. */
export function RemoveCamera({ camera }: { camera: Camera }) {
  const remove = useRemoveCamera(camera.id);
  const navigate = useNavigate();
  return (
    <AlertDialog.Root onOpenChange={() => remove.reset()}>
      <AlertDialog.Trigger asChild>
        <IconButton label="Delete this camera" variant="ghost">
          <Trash2 size={17} aria-hidden="true" />
        </IconButton>
      </AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-40 bg-black/55" />
        <AlertDialog.Content className="fixed top-1/2 left-1/2 z-50 w-[calc(100vw-2rem)] max-w-sm -translate-x-1/2 -translate-y-1/2 rounded-xl border border-line bg-surface p-5 shadow-2xl">
          <AlertDialog.Title className="text-base font-semibold">Delete {camera.name}?</AlertDialog.Title>
          <AlertDialog.Description className="mt-1 text-muted">
            Its settings are lost and everyone watching is disconnected. The camera itself is not changed.
          </AlertDialog.Description>
          {remove.isError && (
            <div className="mt-4">
              <ErrorMessage error={remove.error} />
            </div>
          )}
          <div className="mt-5 flex justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>Keep it</Button>
            </AlertDialog.Cancel>
            <Button
              variant="danger"
              disabled={remove.isPending}
              onClick={() => remove.mutate(undefined, { onSuccess: () => void navigate('/') })}
            >
              Delete
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
