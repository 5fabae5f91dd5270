import type { Camera, DeviceReport } from '@lookout/protocol';
import { ExternalLink } from 'lucide-react';
import { useCameras, useSystem, useSystemInfo } from '../api/queries.js';
import { useMay } from '../api/use-may.js';
import { countCameras } from '../camera/camera-counts.js';
import { KeysPanel } from '../keys/keys-panel.js';
import { SignInDevice } from '../keys/sign-in-device.js';
import { basePath } from '../lib/base.js';
import { formatDuration, formatFps } from '../lib/format.js';
import { useTitle } from '../lib/use-title.js';
import { ErrorMessage } from '../ui/message.js';
import { Facts, Panel } from '../ui/panel.js';
import { ModelList } from './model-list.js';
import { PerformancePanel } from './performance-panel.js';

const LINKS = [
  { href: '/docs', label: 'API documentation', note: 'every call, to try out' },
  { href: '/openapi.json', label: 'OpenAPI description', note: 'to generate clients from' },
  { href: '/metrics', label: 'Metrics', note: 'for Prometheus' },
  { href: '/healthz', label: 'Health', note: 'for probes' },
];

export default function SystemPage() {
  useTitle('System');
  const { version, health, models } = useSystem();
  const info = useSystemInfo();
  const may = useMay();
  const { data: cameras } = useCameras();
  const errors = new Set([version.error, health.error, models.error].filter((error) => error !== null).map(String));
  return (
    <div className="mx-auto max-w-5xl">
      <h1 className="mb-4 text-lg font-semibold tracking-tight">System</h1>
      {errors.size > 0 && (
        <div className="mb-4">
          <ErrorMessage error={health.error ?? version.error ?? models.error} />
        </div>
      )}
      <div className="grid grid-cols-1 items-start gap-4 md:grid-cols-2">
        <Panel title="Server">
          <Facts
            items={[
              { name: 'Version', value: version.data?.version ?? '–' },
              { name: 'Running for', value: health.data ? formatDuration(health.data.uptime_s) : '–' },
              { name: 'Node', value: version.data?.node ?? '–' },
              { name: 'Platform', value: version.data?.platform ?? '–' },
            ]}
          />
        </Panel>
        <Panel
          title="Health"
          aside={
            health.data && (
              <span
                role="status"
                className={health.data.status === 'ok' ? 'font-medium text-good' : 'font-medium text-warn'}
              >
                {health.data.status === 'ok' ? 'Healthy' : 'Degraded'}
              </span>
            )
          }
        >
          {health.data && Object.keys(health.data.checks).length > 0 ? (
            <Facts items={Object.entries(health.data.checks).map(([name, value]) => ({ name: words(name), value }))} />
          ) : (
            <p className="text-muted">{health.data ? 'Nothing to report.' : 'Not known.'}</p>
          )}
        </Panel>
        <Panel title="Cameras">{cameras && <CameraFacts cameras={cameras} />}</Panel>
        <Panel title="More">
          <ul className="space-y-1.5">
            {LINKS.map(({ href, label, note }) => (
              <li key={href}>
                <a
                  href={basePath + href}
                  className="group inline-flex flex-wrap items-baseline gap-x-2 pointer-coarse:py-3"
                >
                  <span className="font-medium text-accent underline decoration-transparent underline-offset-3 group-hover:decoration-current">
                    {label}
                  </span>
                  <ExternalLink size={12} className="self-center text-muted" aria-hidden="true" />
                  <span className="text-muted">{note}</span>
                </a>
              </li>
            ))}
          </ul>
        </Panel>
        <SignInDevice />
        <div className="min-w-0 md:col-span-2">{cameras && <PerformancePanel cameras={cameras} />}</div>
        <div className="min-w-0 md:col-span-2">
          <Panel title="Models">
            <ModelList models={models.data ?? []} changeable={may.manage} />
            {info.data && <DeviceNote device={info.data.device} />}
          </Panel>
        </div>
        {may.manage && (
          <div className="min-w-0 md:col-span-2">
            <KeysPanel />
          </div>
        )}
      </div>
    </div>
  );
}

function CameraFacts({ cameras }: { cameras: readonly Camera[] }) {
  const { configured, live, connecting, inTrouble, waiting, switchedOff, fps } = countCameras(cameras);
  return (
    <Facts
      items={[
        { name: 'Configured', value: String(configured) },
        { name: 'Live', value: String(live) },
        { name: 'Connecting', value: String(connecting) },
        { name: 'With trouble', value: String(inTrouble) },
        { name: 'Waiting for a publisher', value: String(waiting) },
        { name: 'Switched off', value: String(switchedOff) },
        { name: 'Frame rate of all cameras', value: `${formatFps(fps)} fps` },
      ]}
    />
  );
}

/** What inference runs on, and why. */
function DeviceNote({ device: { used, reason, tried } }: { device: DeviceReport }) {
  return (
    <div className="mt-3 border-t border-line pt-3 text-muted">
      <p>
        Inference runs on <span className="font-medium text-text">{used === 'cpu' ? 'the processor' : used}</span>:{' '}
        {reason}.
      </p>
      {tried.length > 0 && (
        <details className="mt-1">
          <summary className="cursor-pointer">What was tried</summary>
          <ul className="mt-1 space-y-0.5">
            {tried.map(({ device, ok, detail }) => (
              <li key={device}>
                <span className="font-medium text-text">{device}</span>: {ok ? '' : 'no; '}
                {detail}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function words(name: string): string {
  const spaced = name.replaceAll('_', ' ');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
