import { QrCode as QrIcon } from 'lucide-react';
import { useId, useState } from 'react';
import { Link } from 'react-router';
import { serverUrl } from '../api/client.js';
import { useSystemInfo } from '../api/queries.js';
import { t } from '../strings/index.js';
import { CopyButton, IconButton } from '../ui/button.js';
import { Prose, Warning } from '../ui/message.js';
import { QrCode } from '../ui/qr-code.js';
import { isLoopback, type ShareOrigin, shareOrigin } from './links.js';

const words = t.cameras.share;

/** The origin of links on this page. */
export function useShareOrigin(): ShareOrigin {
  const { data } = useSystemInfo();
  return shareOrigin(serverUrl, data);
}

/** What a phone needs before it can use the links; nothing if they work. */
export function PhoneHint({ obstacle }: Pick<ShareOrigin, 'obstacle'>) {
  if (obstacle === 'none') return null;
  return (
    <Warning>
      {obstacle === 'this-machine' ? words.thisMachine : <Prose text={words.http} />}{' '}
      {obstacle === 'this-machine' && (
        <Link to="/settings/network" className="font-medium underline underline-offset-2 pointer-coarse:py-3.25">
          {words.network}
        </Link>
      )}
    </Warning>
  );
}

interface LinkLineProps {
  label: string;
  url: string;
  openable?: boolean;
  /** Whether the button that copies it shows its word. */
  isNamed?: boolean;
}

/** An address in one line, truncated if it does not fit, with a button that copies it. */
export function LinkLine({ label, url, openable = true, isNamed = false }: LinkLineProps) {
  const look = 'min-w-0 flex-1 truncate font-mono text-13';
  return (
    <>
      {openable ? (
        <a
          href={url}
          target="_blank"
          rel="noreferrer"
          title={url}
          className={`${look} pointer-coarse:py-3.25 underline decoration-line-strong underline-offset-3 hover:decoration-accent`}
        >
          {url}
        </a>
      ) : (
        <p className={look} title={url}>
          {url}
        </p>
      )}
      <CopyButton label={label} text={url} isNamed={isNamed} />
    </>
  );
}

export interface ShareLinkProps {
  label: string;
  /** What the link allows. */
  note: string;
  url: string;
  /** Whether its QR code is shown from the start. */
  open?: boolean;
}

/** A link to share: to read, open, copy, and as a QR code for a phone. */
export function ShareLink({ label, note, url, open = false }: ShareLinkProps) {
  // Undefined: follows `open`, which turns false when the camera begins to send.
  const [chosen, setChosen] = useState<boolean>();
  // A phone that scans `localhost` would open itself.
  const canScan = !isLoopback(new URL(url).hostname);
  const shown = canScan && (chosen ?? open);
  const codeId = useId();
  return (
    <div>
      <p className="font-medium">{label}</p>
      <p className="text-13 text-muted">{note}</p>
      <div className="mt-0.5 flex items-center gap-1">
        <LinkLine label={label} url={url} isNamed />
        {canScan && (
          <IconButton
            label={shown ? words.hideCode(label) : words.showCode(label)}
            aria-expanded={shown}
            aria-controls={codeId}
            size="inline"
            onClick={() => setChosen(!shown)}
          >
            <QrIcon size={15} aria-hidden="true" />
          </IconButton>
        )}
      </div>
      <div id={codeId} hidden={!shown} className="mx-auto mt-2 max-w-56">
        {shown && <QrCode text={url} label={words.code(label, url)} />}
      </div>
    </div>
  );
}
