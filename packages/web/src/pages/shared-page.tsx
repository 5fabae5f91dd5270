import type { QualityChange, SharedWatchStats } from '@lookout/client';
import { useState } from 'react';
import { useParams } from 'react-router';
import { isClosedLink } from '../api/queries.js';
import { formatFps } from '../lib/format.js';
import { useTitle } from '../lib/hooks.js';
import { SharedQuality } from '../lib/schemas.js';
import { LiveView, useMeter } from '../player/live-view.js';
import { NO_OVERLAY } from '../player/overlay.js';
import { t } from '../strings/index.js';
import { Switch } from '../ui/choice.js';
import { SliderField } from '../ui/field.js';
import { Facts } from '../ui/panel.js';
import { ClosedLink } from './closed-link.js';
import { useOpenLink } from './use-open-link.js';
import { useSharedQuality } from './use-shared-quality.js';

const words = t.player.shared;

/** One camera as JPEGs whose quality follows the connection's speed, shared with all viewers of the same quality. */
export default function SharedPage() {
  const { token = '' } = useParams();
  // Another camera is another page: nothing of the last one stays.
  return <SharedOf key={token} token={token} />;
}

function SharedOf({ token }: { token: string }) {
  useTitle(words.page);
  const { camera, error, refetch, state, setState } = useOpenLink(token);
  const meter = useMeter();
  const [adapt, setAdapt] = useState(true);
  const { pictures, stats, changes, setQuality } = useSharedQuality(token, adapt);
  if (isClosedLink(error)) return <ClosedLink onRetry={() => void refetch()} />;
  return (
    <main className="always-dark flex h-dvh flex-col bg-picture text-text lg:flex-row">
      <div className="min-h-0 min-w-0 flex-1">
        {/* A link that doesn't work is tried once: the server counts such attempts. */}
        {(camera || error) && (
          <LiveView
            {...{ token, meter, pictures }}
            name={camera?.name ?? t.player.theCamera}
            // Arriving pictures are newer than the server's last answer.
            camera={state === 'live' ? undefined : camera}
            overlay={NO_OVERLAY}
            layout="fill"
            awayAdvice={t.player.notices.comesByItself}
            onState={setState}
          />
        )}
      </div>
      <div className="max-h-[45dvh] shrink-0 space-y-4 overflow-y-auto border-t border-line bg-surface p-4 lg:max-h-none lg:w-80 lg:border-t-0 lg:border-l">
        <Figures stats={stats} isLive={state === 'live'} />
        <Switch label={words.adapt} checked={adapt} onCheckedChange={setAdapt} />
        <div className="min-h-13.5">{stats && <QualityChoice quality={stats.quality} onChange={setQuality} />}</div>
        <ChangeLog changes={changes} />
      </div>
    </main>
  );
}

function Figures({ stats, isLive }: { stats: SharedWatchStats | undefined; isLive: boolean }) {
  const fps = isLive ? (stats?.fps ?? 0) : 0;
  const { quality, frameBytes, cameraFps } = stats ?? {};
  return (
    <section aria-label={t.player.figures} className="space-y-2">
      <p className="figures text-26" data-testid="quality">
        {words.quality(quality ?? t.units.none)}
      </p>
      <Facts
        items={[
          { name: words.shown, value: t.units.fps(formatFps(fps)) },
          { name: words.delivers, value: cameraFps !== undefined ? t.units.fps(formatFps(cameraFps)) : undefined },
          { name: words.pictureSize, value: frameBytes !== undefined ? t.units.kB(frameBytes) : undefined },
          { name: words.rate, value: frameBytes !== undefined ? t.units.kBps(fps * frameBytes) : undefined },
        ]}
      />
    </section>
  );
}

/** Takes effect when released: each intermediate value would open a connection. */
function QualityChoice({ quality, onChange }: { quality: number; onChange: (quality: number) => void }) {
  const [chosen, setChosen] = useState<number>();
  const commit = (next: number) => {
    if (next !== quality) onChange(next);
    setChosen(undefined);
  };
  return (
    <SliderField
      label={words.choose}
      {...SharedQuality}
      step={5}
      value={chosen ?? quality}
      text={String(chosen ?? quality)}
      onChange={setChosen}
      onCommit={commit}
    />
  );
}

function ChangeLog({ changes }: { changes: readonly QualityChange[] }) {
  return (
    <section aria-label={words.changesLabel} className="space-y-1">
      <h2 className="text-13 font-semibold text-muted">{words.changes}</h2>
      {changes.length === 0 && <p className="text-muted">{words.noChanges}</p>}
      <ol className="space-y-1">
        {changes.map(({ at, from, to, reason }) => (
          <li key={at} className="figures grid grid-cols-[4.5rem_1fr] gap-x-2">
            <time dateTime={new Date(at).toISOString()} className="text-muted">
              {new Date(at).toLocaleTimeString(t.locale)}
            </time>
            <span>
              {words.change(from, to)} <span className="text-muted">{reason}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
