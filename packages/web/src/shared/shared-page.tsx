import type { QualityChange, SharedWatchState, SharedWatchStats } from '@lookout/client';
import { SharedQuality } from '@lookout/protocol';
import { useState } from 'react';
import { useParams } from 'react-router';
import { isClosedLink, useViewStats } from '../api/queries.js';
import { formatFps } from '../lib/format.js';
import { useTitle } from '../lib/use-title.js';
import { ClosedLink } from '../pages/closed-link.js';
import { classes } from '../ui/classes.js';
import { Facts } from '../ui/panel.js';
import { Switch } from '../ui/switch.js';
import { useSharedWatch } from './use-shared-watch.js';

/** One camera as JPEGs whose quality follows what the line takes, shared with all who watch the same. */
export default function SharedPage() {
  const { token = '' } = useParams();
  // Another camera is another page: nothing of the last one stays.
  return <SharedOf key={token} token={token} />;
}

function SharedOf({ token }: { token: string }) {
  useTitle('Shared quality');
  const { error, refetch } = useViewStats(token, true);
  if (isClosedLink(error)) return <ClosedLink onRetry={() => void refetch()} />;
  return <SharedViewer token={token} />;
}

function SharedViewer({ token }: { token: string }) {
  const [adapt, setAdapt] = useState(true);
  const { view, picture, state, stats, changes, setQuality } = useSharedWatch(token, adapt);
  const isLive = state.state === 'live';
  return (
    <main className="always-dark flex h-dvh flex-col bg-picture text-text lg:flex-row">
      <div ref={view} className="relative min-h-0 min-w-0 flex-1">
        <canvas
          ref={picture}
          role="img"
          aria-label="Live picture of the camera"
          className={classes('absolute inset-0 h-full w-full object-contain', !isLive && 'opacity-35')}
        />
        {!isLive && <Notice state={state} />}
      </div>
      <div className="max-h-[45dvh] shrink-0 space-y-4 overflow-y-auto border-t border-line bg-surface p-4 lg:max-h-none lg:w-80 lg:border-t-0 lg:border-l">
        <Figures stats={stats} isLive={isLive} />
        <Switch label="Adapt to the connection" checked={adapt} onCheckedChange={setAdapt} />
        {stats && <QualityChoice quality={stats.quality} onChange={setQuality} />}
        <SwitchLog changes={changes} />
      </div>
    </main>
  );
}

const TITLES: Record<SharedWatchState['state'], string> = {
  connecting: 'Connecting',
  waiting: 'Connecting',
  live: '',
  stalled: 'No new picture',
  reconnecting: 'Reconnecting',
  refused: 'No longer shown',
  closed: 'Closed',
};

function Notice({ state: { state, reason } }: { state: SharedWatchState }) {
  return (
    <div role="status" className="absolute inset-0 grid place-items-center p-4 text-center text-white">
      <div className="max-w-prose">
        <p className="font-semibold">{TITLES[state]}</p>
        {state !== 'connecting' && reason && <p className="mt-0.5 text-[0.8125rem] text-white/85">{reason}</p>}
      </div>
    </div>
  );
}

function Figures({ stats, isLive }: { stats: SharedWatchStats | undefined; isLive: boolean }) {
  const fps = isLive ? (stats?.fps ?? 0) : 0;
  const size = stats ? `${Math.round(stats.frameBytes / 1000)} kB` : '–';
  const cameraFps = stats?.cameraFps === undefined ? '–' : `${formatFps(stats.cameraFps)} fps`;
  return (
    <section aria-label="Figures">
      <p className="figures text-2xl font-semibold tracking-tight" data-testid="quality">
        Quality {stats?.quality ?? '–'}
      </p>
      <div className="mt-2">
        <Facts
          items={[
            { name: 'Shown', value: `${formatFps(fps)} fps` },
            { name: 'The camera delivers', value: cameraFps },
            { name: 'A picture', value: size },
            { name: 'Rate', value: stats ? `${Math.round((fps * stats.frameBytes) / 1000)} kB/s` : '–' },
          ]}
        />
      </div>
    </section>
  );
}

/** Takes effect when it is let go: each step on the way would be a connection. */
function QualityChoice({ quality, onChange }: { quality: number; onChange: (quality: number) => void }) {
  const [chosen, setChosen] = useState<number>();
  const commit = () => {
    if (chosen !== undefined && chosen !== quality) onChange(chosen);
    setChosen(undefined);
  };
  return (
    <label className="block">
      <span className="text-muted">Choose a quality{chosen !== undefined && `: ${chosen}`}</span>
      <input
        type="range"
        min={SharedQuality.min}
        max={SharedQuality.max}
        step={5}
        value={chosen ?? quality}
        onChange={(event) => setChosen(event.currentTarget.valueAsNumber)}
        onPointerUp={commit}
        onKeyUp={commit}
        onBlur={commit}
        className="mt-1 w-full accent-[var(--accent)]"
      />
    </label>
  );
}

function SwitchLog({ changes }: { changes: readonly QualityChange[] }) {
  return (
    <section aria-label="Changes of quality">
      <h2 className="text-[0.8125rem] font-semibold text-muted">Changes</h2>
      {changes.length === 0 ? (
        <p className="mt-1 text-muted">None yet. The line is judged every 5 s.</p>
      ) : (
        <ol className="mt-1 space-y-1">
          {changes.map(({ at, from, to, reason }) => (
            <li key={at} className="figures grid grid-cols-[4.5rem_1fr] gap-x-2">
              <time dateTime={new Date(at).toISOString()} className="text-muted">
                {new Date(at).toLocaleTimeString()}
              </time>
              <span>
                {from} → {to} <span className="text-muted">{reason}</span>
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
