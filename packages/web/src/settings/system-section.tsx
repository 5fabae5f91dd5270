import type { Camera } from '@lookout/protocol';
import { ExternalLink } from 'lucide-react';
import { basePath } from '../api/client.js';
import { useAllCameraStats, useCameras, useMay } from '../api/queries.js';
import { countCameras } from '../camera/camera-state.js';
import { formatDuration, formatFps } from '../lib/format.js';
import { t } from '../strings/index.js';
import { settingsWords as words } from '../strings/settings.js';
import { TONES } from '../ui/badge.js';
import { ErrorMessage } from '../ui/message.js';
import { Facts, Panel } from '../ui/panel.js';
import { PerformancePanel } from './performance-panel.js';
import { useHealth, useVersion } from './queries.js';
import { RestartPanel } from './restart-panel.js';
import { UpdatePanel } from './update-panel.js';

const LINKS = [
  { href: '/docs', ...words.links.docs },
  { href: '/openapi.json', ...words.links.openapi },
  { href: '/metrics', ...words.links.metrics },
  { href: '/healthz', ...words.links.health },
];

/** Version, health and performance of the server. */
export function SystemSection() {
  const may = useMay();
  const version = useVersion();
  const health = useHealth();
  const { data: cameras, isPending } = useCameras();
  // All at once, so that nothing moves when the rest arrives.
  if (version.isPending || health.isPending || isPending) return null;
  return (
    <>
      <ErrorMessage error={health.error ?? version.error} />
      <Panel title={words.server.title}>
        <Facts
          items={[
            { name: words.server.version, value: version.data?.version },
            { name: words.server.uptime, value: health.data && formatDuration(health.data.uptime_s) },
            { name: words.server.node, value: version.data?.node },
            { name: words.server.platform, value: version.data?.platform },
          ]}
        />
      </Panel>
      <HealthPanel health={health.data} />
      <Panel title={words.cameras.title}>{cameras && <CameraFacts cameras={cameras} />}</Panel>
      {cameras && <PerformancePanel cameras={cameras} />}
      <LinksPanel />
      {may.manage && <UpdatePanel />}
      {may.manage && <RestartPanel />}
    </>
  );
}

function LinksPanel() {
  return (
    <Panel title={words.links.title}>
      <ul className="space-y-1.5">
        {LINKS.map(({ href, label, note }) => (
          <li key={href}>
            <a
              href={basePath + href}
              className="group inline-flex flex-wrap items-baseline gap-x-2 pointer-coarse:py-3.25"
            >
              <span className="font-medium text-accent-text underline decoration-transparent underline-offset-3 group-hover:decoration-current">
                {label}
              </span>
              <ExternalLink size={12} className="self-center text-muted" aria-hidden="true" />
              <span className="text-muted">{note}</span>
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function HealthPanel({ health }: { health: ReturnType<typeof useHealth>['data'] }) {
  const isOk = health?.status === 'ok';
  const checks = Object.entries(health?.checks ?? {});
  return (
    <Panel
      title={words.health.title}
      aside={
        health && (
          <span role="status" className={`font-medium ${TONES[isOk ? 'good' : 'warn']}`}>
            {isOk ? words.health.ok : words.health.degraded}
          </span>
        )
      }
    >
      {checks.length > 0 ? (
        <Facts items={checks.map(([name, value]) => ({ name: nameOf(name), value }))} />
      ) : (
        <p className="text-muted">{health ? words.health.nothing : words.health.unknown}</p>
      )}
    </Panel>
  );
}

function CameraFacts({ cameras }: { cameras: readonly Camera[] }) {
  const counts = countCameras(cameras);
  const live = cameras.filter(({ state }) => state === 'live');
  const fps = useAllCameraStats(live.map(({ id }) => id)).reduce((sum, stats) => sum + (stats?.fps.in ?? 0), 0);
  return (
    <Facts
      items={[
        ...(Object.keys(counts) as Array<keyof typeof counts>).map((kind) => ({
          name: words.cameras[kind],
          value: counts[kind],
        })),
        { name: words.cameras.fps, value: t.units.fps(formatFps(fps)) },
      ]}
    />
  );
}

/** A check's name, in words: `kserve_server` is `Kserve server`. */
function nameOf(check: string): string {
  const spaced = check.replaceAll('_', ' ');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
