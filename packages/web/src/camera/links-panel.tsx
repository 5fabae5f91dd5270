import { serverUrl } from '../lib/base.js';
import { CopyButton } from '../ui/copy-button.js';
import { Panel } from '../ui/panel.js';
import { cameraLinks } from './camera-links.js';

/** Every address this camera can be had from. */
export function LinksPanel({ cameraId }: { cameraId: string }) {
  return (
    <Panel title="Use this camera elsewhere">
      <ul className="space-y-2.5">
        {cameraLinks(cameraId, serverUrl).map(({ label, url, openable }) => (
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
