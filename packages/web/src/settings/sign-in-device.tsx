import { useMutation } from '@tanstack/react-query';
import { Smartphone } from 'lucide-react';
import { useState } from 'react';
import { lookout } from '../api/client.js';
import { useShareOrigin } from '../camera/share-link.js';
import { settingsWords } from '../strings/settings.js';
import { Button, CopyButton } from '../ui/button.js';
import { Dialog } from '../ui/dialog.js';
import { ErrorMessage, Prose } from '../ui/message.js';
import { Panel } from '../ui/panel.js';
import { QrCode } from '../ui/qr-code.js';

const words = settingsWords.phones;

/** Signs a phone in by a code on this screen. */
export function SignInDevice() {
  const { origin, obstacle } = useShareOrigin();
  const code = useMutation({ mutationFn: () => lookout.session.createCode() });
  const [open, setOpen] = useState(false);
  const url = code.data && origin + code.data.path;
  const start = () => {
    code.mutate();
    setOpen(true);
  };
  return (
    <Panel title={words.title}>
      {obstacle === 'this-machine' ? (
        <p className="text-muted">
          <Prose text={words.thisMachine} />
        </p>
      ) : (
        <Button onClick={start}>
          <Smartphone size={16} aria-hidden="true" />
          {words.signIn}
        </Button>
      )}
      <Dialog open={open} onOpenChange={setOpen} title={words.signIn} description={words.scan}>
        <ErrorMessage error={code.error} />
        {url && (
          <div className="space-y-3">
            <div className="mx-auto max-w-64">
              <QrCode text={url} label={words.code} />
            </div>
            <div className="flex items-center gap-2">
              <p className="min-w-0 flex-1 font-mono text-13 break-all select-all">{url}</p>
              <CopyButton label={words.address} text={url} />
            </div>
          </div>
        )}
      </Dialog>
    </Panel>
  );
}
