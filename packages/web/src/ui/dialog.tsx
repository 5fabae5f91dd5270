import { useMutation } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { AlertDialog, Dialog as Radix } from 'radix-ui';
import { type ReactNode, useRef, useState } from 'react';
import { t } from '../strings/index.js';
import { Button, IconButton } from './button.js';
import { ErrorMessage } from './message.js';

const OVERLAY = 'fixed inset-0 z-40 bg-black/55';

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
}

/** A dialog over the page: centred on wide screens, a sheet from the bottom on phones. */
export function Dialog({ open, onOpenChange, title, description, children }: DialogProps) {
  const opener = useRef<Element | null>(null);
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={OVERLAY} />
        <Radix.Content
          onOpenAutoFocus={() => {
            opener.current = document.activeElement;
          }}
          // The library returns the focus only to its own trigger, but these dialogs are opened from several places.
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            const before = opener.current?.isConnected ? opener.current : document.querySelector('main');
            if (before instanceof HTMLElement) before.focus();
          }}
          {...(description ? {} : { 'aria-describedby': undefined })}
          className="fixed inset-x-0 bottom-0 z-50 max-h-[92dvh] overflow-y-auto rounded-t-xl border border-line bg-raised p-5 pb-[max(1.25rem,env(safe-area-inset-bottom))] shadow-3 outline-none sm:inset-auto sm:top-1/2 sm:left-1/2 sm:w-[34rem] sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-xl"
        >
          <div className="mb-4 flex items-start justify-between gap-4">
            <div>
              <Radix.Title className="text-20">{title}</Radix.Title>
              {description && <Radix.Description className="mt-1 text-muted">{description}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <IconButton label={t.actions.close} className="-mt-1.5 -mr-1.5">
                <X size={18} aria-hidden="true" />
              </IconButton>
            </Radix.Close>
          </div>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export interface ConfirmDialogProps {
  /** The button that opens it; absent: `open` says whether it is. */
  trigger?: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  title: string;
  /** What will happen. */
  description: string;
  cancel: string;
  confirm: string;
  /** The dialog closes when it resolves; an error is shown. */
  onConfirm: () => Promise<unknown>;
}

/** Asks for confirmation of an action that can't be undone. */
export function ConfirmDialog({
  trigger,
  title,
  description,
  cancel,
  confirm,
  onConfirm,
  ...given
}: ConfirmDialogProps) {
  const [isOpen, setIsOpen] = useState(false);
  const { open = isOpen, onOpenChange: setOpen = setIsOpen } = given;
  const { mutate, isPending, error, reset } = useMutation({ mutationFn: onConfirm, onSuccess: () => setOpen(false) });
  const change = (opens: boolean) => {
    reset();
    setOpen(opens);
  };
  return (
    <AlertDialog.Root open={open} onOpenChange={change}>
      {trigger && <AlertDialog.Trigger asChild>{trigger}</AlertDialog.Trigger>}
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={OVERLAY} />
        <AlertDialog.Content className="fixed top-1/2 left-1/2 z-50 w-[calc(100vw-2rem)] max-w-md -translate-x-1/2 -translate-y-1/2 space-y-4 rounded-xl border border-line bg-raised p-5 shadow-3">
          <div>
            <AlertDialog.Title className="text-20">{title}</AlertDialog.Title>
            <AlertDialog.Description className="mt-1 text-pretty text-muted">{description}</AlertDialog.Description>
          </div>
          {error && <ErrorMessage error={error} />}
          <div className="flex justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>{cancel}</Button>
            </AlertDialog.Cancel>
            <Button variant="danger" disabled={isPending} onClick={() => mutate()}>
              {confirm}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
