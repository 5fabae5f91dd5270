import { useMutation } from '@tanstack/react-query';
import { Smartphone } from 'lucide-react';
import { useState } from 'react';
import { lookout } from '../api/client.js';
import { useShareOrigin } from '../camera/use-share-origin.js';
import { Button } from '../ui/button.js';
import { CopyButton } from '../ui/copy-button.js';
import { Dialog } from '../ui/dialog.js';
import { ErrorMessage } from '../ui/message.js';
import { Panel } from '../ui/panel.js';
import { QrCode } from '../ui/qr-code.js';

/** Signs a phone in by a code on this screen. */
export function SignInDevice() {
  const { origin, obstacle } = useShareOrigin();
  const code = useMutation({ mutationFn: () => lookout.session.createCode() });
  const [open, setOpen] = useState(false);
  const url = code.data && origin + code.data.path;
  return (
    <Panel title="Phones and other devices">
      {obstacle === 'this-machine' ? (
        <p className="text-muted">
          Other devices can’t reach this server: it listens to this machine only. Start it with{' '}
          <code className="font-mono">--https</code>.
        </p>
      ) : (
        <Button
          onClick={() => {
            code.mutate();
            setOpen(true);
          }}
        >
          <Smartphone size={16} aria-hidden="true" />
          Sign in a phone
        </Button>
      )}
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Sign in a phone"
        description="Scan this with the phone’s camera. It works once, within five minutes, and signs the phone in as you."
      >
        {code.error && <ErrorMessage error={code.error} />}
        {url && (
          <div className="space-y-3">
            <div className="mx-auto max-w-64">
              <QrCode text={url} label="Code that signs a phone in" />
            </div>
            <div className="flex items-center gap-2">
              <p className="min-w-0 flex-1 font-mono text-[0.8125rem] break-all select-all">{url}</p>
              <CopyButton label="Address to sign in at" text={url} />
            </div>
          </div>
        )}
      </Dialog>
    </Panel>
  );
}
