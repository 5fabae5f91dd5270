import { QrCode as QrIcon } from 'lucide-react';
import { useId, useState } from 'react';
import { IconButton } from '../ui/button.js';
import { CopyButton } from '../ui/copy-button.js';
import { QrCode } from '../ui/qr-code.js';
import { isLoopback } from './share-origin.js';

export interface ShareLinkProps {
  label: string;
  /** What whoever has it can do. */
  note: string;
  url: string;
  /** Shows its code from the start. */
  open?: boolean;
}

/** A link to give away: to read, to open, to copy, and as a code for a phone. */
export function ShareLink({ label, note, url, open = false }: ShareLinkProps) {
  // Undefined: as it came. A camera that begins to send needs its code no more.
  const [chosen, setChosen] = useState<boolean>();
  // A phone that scans `localhost` finds itself.
  const canScan = !isLoopback(new URL(url).hostname);
  const shown = canScan && (chosen ?? open);
  const codeId = useId();
  return (
    <div>
      <p className="font-medium">{label}</p>
      <p className="text-[0.8125rem] text-muted">{note}</p>
      <div className="mt-0.5 flex items-center gap-1">
        <a
          href={url}
          target="_blank"
          rel="noreferrer"
          title={url}
          className="min-w-0 flex-1 truncate pointer-coarse:py-3 font-mono text-[0.8125rem] underline decoration-line-strong underline-offset-3 hover:decoration-accent"
        >
          {url}
        </a>
        <CopyButton label={label} text={url} />
        {canScan && (
          <IconButton
            label={shown ? `Hide the code: ${label}` : `Show as a code: ${label}`}
            aria-expanded={shown}
            aria-controls={codeId}
            className="size-8 shrink-0"
            onClick={() => setChosen(!shown)}
          >
            <QrIcon size={15} aria-hidden="true" />
          </IconButton>
        )}
      </div>
      <div id={codeId} hidden={!shown} className="mx-auto mt-2 max-w-56">
        {shown && <QrCode text={url} label={`QR code. ${label}: ${url}`} />}
      </div>
    </div>
  );
}
