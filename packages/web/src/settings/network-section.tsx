import type { Certificate } from '@lookout/protocol';
import { useSystemInfo } from '../api/queries.js';
import { useShareOrigin } from '../camera/share-link.js';
import { t } from '../strings/index.js';
import { settingsWords } from '../strings/settings.js';
import { CopyButton } from '../ui/button.js';
import { ErrorMessage, Prose, Warning } from '../ui/message.js';
import { Facts, Panel } from '../ui/panel.js';
import { SignInDevice } from './sign-in-device.js';

const words = settingsWords.certificate;
const SOON_MS = 14 * 24 * 3600_000;

/** How phones and other devices reach this server, and why they may trust it. */
export function NetworkSection() {
  const { data: info, error } = useSystemInfo();
  return (
    <>
      <ErrorMessage error={error} />
      <SignInDevice />
      {info && info.lan_urls.length > 0 && <Addresses urls={info.lan_urls} />}
      {info && (
        <Panel title={words.title}>
          {info.certificate ? (
            <CertificateFacts certificate={info.certificate} />
          ) : (
            <p className="text-pretty text-muted">
              <Prose text={words.off} />
            </p>
          )}
        </Panel>
      )}
      {info?.certificate?.authority && <Trust authority={info.certificate.authority} />}
    </>
  );
}

function Addresses({ urls }: { urls: readonly string[] }) {
  const { title, about, address } = settingsWords.addresses;
  return (
    <Panel title={title}>
      <p className="text-muted">{about}</p>
      <ul>
        {urls.map((url) => (
          <li key={url} className="flex items-center gap-2">
            <span className="min-w-0 font-mono text-13 break-all select-all">{url}</span>
            <CopyButton label={address} text={url} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function CertificateFacts({ certificate }: { certificate: Certificate }) {
  const { made_here: isMade, names, issuer, valid_until: until, fingerprint } = certificate;
  const leftMs = until - Date.now();
  const day = new Intl.DateTimeFormat(t.locale, { dateStyle: 'long' }).format(until);
  return (
    <div className="space-y-3">
      <p className="text-pretty text-muted">{isMade ? words.made : words.given}</p>
      {/* One made here is renewed by itself. */}
      {!isMade && leftMs < SOON_MS && <Warning>{leftMs < 0 ? words.expired : words.soon}</Warning>}
      <Facts
        items={[
          { name: words.names, value: <span className="[overflow-wrap:anywhere]">{names.join(', ')}</span> },
          { name: words.issuer, value: issuer },
          { name: words.until, value: day },
          { name: words.fingerprint, value: <Fingerprint text={fingerprint} /> },
        ]}
      />
    </div>
  );
}

function Trust({ authority: { path, fingerprint } }: { authority: NonNullable<Certificate['authority']> }) {
  const url = useShareOrigin().origin + path;
  return (
    <Panel title={words.trustTitle}>
      <ol className="list-decimal space-y-2 pl-5 text-pretty">
        <li>
          {words.get}
          <span className="flex items-center gap-2">
            <a href={url} className="min-w-0 py-1 font-mono text-13 break-all underline underline-offset-3">
              {url}
            </a>
            <CopyButton label={words.link} text={url} />
          </span>
        </li>
        <li>
          {words.compare} <Fingerprint text={fingerprint} />
        </li>
        <li>{words.android}</li>
        <li>{words.iphone}</li>
      </ol>
      <p className="mt-3 text-muted">{words.limits}</p>
    </Panel>
  );
}

function Fingerprint({ text }: { text: string }) {
  return <span className="font-mono text-13 [overflow-wrap:anywhere]">{text}</span>;
}
