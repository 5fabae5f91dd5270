import type { SystemInfo } from '@lookout/protocol';
import { settingsWords } from '../strings/settings.js';
import { Facts, Panel } from '../ui/panel.js';

const words = settingsWords.devices;

/** What inference runs on and why, and what else there is. */
export function DevicePanel({ info }: { info: SystemInfo }) {
  const { device, graphics } = info;
  const { used, asked, reason, tried } = device;
  return (
    <Panel title={words.title}>
      <Facts
        items={[
          { name: words.used, value: used },
          { name: words.asked, value: asked },
          { name: words.found, value: graphics.join(', ') || words.none },
        ]}
      />
      <p className="mt-2 text-pretty text-muted">{settingsWords.device.runsOn(used, reason)}</p>
      {tried.length > 0 && (
        <details className="mt-1 text-muted">
          <summary className="cursor-pointer pointer-coarse:py-3.25">{settingsWords.device.tried}</summary>
          <ul className="mt-1 space-y-0.5">
            {tried.map(({ device, ok, detail }) => (
              <li key={device}>{settingsWords.device.outcome(device, ok, detail)}</li>
            ))}
          </ul>
        </details>
      )}
    </Panel>
  );
}
