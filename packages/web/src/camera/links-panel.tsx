import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from '../ui/button.js';
import { Panel } from '../ui/panel.js';
import { cameraLinks } from './camera-links.js';

/** Every address this camera can be had from. */
export function LinksPanel({ cameraId }: { cameraId: string }) {
  return (
    <Panel title="Use this camera elsewhere">
      <ul className="space-y-2.5">
        {cameraLinks(cameraId, window.location.origin).map(({ label, url, openable }) => (
          <li key={label}>
            <p className="text-[0.8125rem] text-muted">{label}</p>
            <div className="flex items-center gap-1">
              <p className="min-w-0 flex-1 truncate font-mono text-[0.8125rem]" title={url}>
                {openable ? (
                  <a
                    href={url}
                    target="_blank"
                    rel="noreferrer"
                    className="underline decoration-line-strong underline-offset-3 hover:decoration-accent"
                  >
                    {url}
                  </a>
                ) : (
                  url
                )}
              </p>
              <CopyButton label={label} text={url} />
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function CopyButton({ label, text }: { label: string; text: string }) {
  const [result, setResult] = useState<'copied' | 'refused'>();
  useEffect(() => {
    if (!result) return;
    const timer = setTimeout(() => setResult(undefined), 2000);
    return () => clearTimeout(timer);
  }, [result]);
  // Pages that did not come over HTTPS or loopback have no clipboard; there the address can be selected by hand.
  if (!navigator.clipboard) return null;
  const words =
    result === 'copied' ? 'Copied' : result === 'refused' ? 'The browser refused to copy' : `Copy: ${label}`;
  return (
    <IconButton
      label={words}
      className="size-8 shrink-0"
      onClick={() =>
        navigator.clipboard.writeText(text).then(
          () => setResult('copied'),
          () => setResult('refused'),
        )
      }
    >
      {result === 'copied' ? <Check size={15} aria-hidden="true" /> : <Copy size={15} aria-hidden="true" />}
    </IconButton>
  );
}
