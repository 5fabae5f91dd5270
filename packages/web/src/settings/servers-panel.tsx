import type { ModelServer } from '@lookout/protocol';
import { formatMs } from '../lib/format.js';
import { settingsWords } from '../strings/settings.js';
import { Badge, type Tone } from '../ui/badge.js';
import { Panel } from '../ui/panel.js';
import { useModelServers } from './queries.js';

const words = settingsWords.servers;
const TONES: Record<ModelServer['state'], Tone> = { up: 'good', away: 'bad' };

/** The other servers that run the default model; nothing where it runs on this machine. */
export function ServersPanel() {
  const { data: servers = [] } = useModelServers();
  if (servers.length === 0) return null;
  return (
    <Panel title={words.title}>
      <ul className="divide-y divide-line" aria-label={words.title}>
        {servers.map((server) => (
          <li key={server.url} aria-label={server.url} className="space-y-1 py-3 first:pt-0">
            <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
              <p className="font-medium [overflow-wrap:anywhere]">{server.url}</p>
              <Badge tone={TONES[server.state]} label={words.states[server.state]} />
            </div>
            <p className="figures text-muted">{factsOf(server)}</p>
            {server.reason !== undefined && <p className="text-warn [overflow-wrap:anywhere]">{server.reason}</p>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function factsOf({ latency_ms, outstanding, limit }: ModelServer): string {
  const latency = latency_ms === undefined ? words.unmeasured : words.latency(formatMs(latency_ms));
  return [latency, words.outstanding(outstanding, limit)].join(' · ');
}
