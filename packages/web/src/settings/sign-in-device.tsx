import type { SignInCode } from '@lookout/protocol';
import { useMutation } from '@tanstack/react-query';
import { Smartphone } from 'lucide-react';
import { useState } from 'react';
import { lookout } from '../api/client.js';
import { useShareOrigin } from '../camera/share-link.js';
import { useNow } from '../lib/hooks.js';
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
        {code.data && <CodeToScan code={code.data} url={origin + code.data.path} onAgain={() => code.mutate()} />}
      </Dialog>
    </Panel>
  );
}

const CLOCK_MS = 1000;
const MINUTE_MS = 60_000;

interface CodeToScanProps {
  code: SignInCode;
  url: string;
  onAgain: () => void;
}

/** The code while it works, and how long that is. */
function CodeToScan({ code, url, onAgain }: CodeToScanProps) {
  const leftMs = code.expires_at - useNow(CLOCK_MS);
  if (leftMs <= 0) {
    return (
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p role="status">{words.over}</p>
        <Button variant="primary" onClick={onAgain}>
          {words.again}
        </Button>
      </div>
    );
  }
  return (
    <div className="space-y-3">
      <div className="mx-auto max-w-64">
        <QrCode text={url} label={words.code} />
      </div>
      <div className="flex items-center gap-2">
        <p className="min-w-0 flex-1 font-mono text-13 break-all select-all">{url}</p>
        <CopyButton label={words.address} text={url} />
      </div>
      <p className="text-13 text-muted">{words.left(Math.ceil(leftMs / MINUTE_MS))}</p>
    </div>
  );
}
