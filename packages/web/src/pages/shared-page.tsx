import type { QualityChange, SharedWatch, SharedWatchState, SharedWatchStats } from '@lookout/client';
import { SharedQuality } from '@lookout/protocol';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useParams } from 'react-router';
import { lookout } from '../api/client.js';
import { isClosedLink, useCameraLink } from '../api/queries.js';
import { formatFps } from '../lib/format.js';
import { useOnScreen, useTitle } from '../lib/hooks.js';
import type { FramePresenter } from '../player/frame-presenter.js';
import { noticeOf } from '../player/live-view.js';
import { NO_OVERLAY } from '../player/overlay.js';
import { Screen, useScreen } from '../player/screen.js';
import { t } from '../strings/index.js';
import { Switch } from '../ui/choice.js';
import { SliderField } from '../ui/field.js';
import { PictureNotice } from '../ui/message.js';
import { Facts } from '../ui/panel.js';
import { ClosedLink } from './closed-link.js';

const words = t.player.shared;
const FIGURES_EVERY_MS = 500;
const KEPT_CHANGES = 50;

/** One camera as JPEGs whose quality follows the connection's speed, shared with all viewers of the same quality. */
export default function SharedPage() {
  const { token = '' } = useParams();
  // Another camera is another page: nothing of the last one stays.
  return <SharedOf key={token} token={token} />;
}

function SharedOf({ token }: { token: string }) {
  useTitle(words.page);
  const { error, refetch } = useCameraLink(token, true);
  if (isClosedLink(error)) return <ClosedLink onRetry={() => void refetch()} />;
  return <SharedViewer token={token} />;
}

function SharedViewer({ token }: { token: string }) {
  const [adapt, setAdapt] = useState(true);
  const { presenter, ...screen } = useScreen(NO_OVERLAY);
  const isSeen = useOnScreen(screen.view);
  const { state, stats, changes, setQuality } = useSharedWatch(token, adapt, isSeen, presenter);
  const notice = noticeOf(state);
  return (
    <main className="always-dark flex h-dvh flex-col bg-picture text-text lg:flex-row">
      <Screen
        {...screen}
        label={words.picture}
        look={notice ? (stats ? 'old' : 'empty') : 'current'}
        className="min-h-0 min-w-0 flex-1"
      >
        {notice && (
          <div role="status">
            <PictureNotice {...notice} />
          </div>
        )}
      </Screen>
      <div className="max-h-[45dvh] shrink-0 space-y-4 overflow-y-auto border-t border-line bg-surface p-4 lg:max-h-none lg:w-80 lg:border-t-0 lg:border-l">
        <Figures stats={stats} isLive={state.state === 'live'} />
        <Switch label={words.adapt} checked={adapt} onCheckedChange={setAdapt} />
        {stats && <QualityChoice quality={stats.quality} onChange={setQuality} />}
        <ChangeLog changes={changes} />
      </div>
    </main>
  );
}

/**
 * Watches a camera in its shared qualities. @param adapt whether the quality follows the connection @param watching false: no connection
 */
function useSharedWatch(
  token: string,
  adapt: boolean,
  watching: boolean,
  presenter: RefObject<FramePresenter | undefined>,
) {
  const watch = useRef<SharedWatch>(undefined);
  /** Quality of the last connection, with which the next one starts. */
  const quality = useRef<number>(undefined);
  const [state, setState] = useState<SharedWatchState>({ state: 'connecting', reason: 'connecting' });
  /** Updated twice a second; undefined before the first picture. */
  const [stats, setStats] = useState<SharedWatchStats>();
  /** The latest changes of quality, newest first. */
  const [changes, setChanges] = useState<readonly QualityChange[]>([]);

  useEffect(() => {
    if (!watching) return;
    const current = lookout.watchShared({
      camera: token,
      adapt,
      ...(quality.current !== undefined && { quality: quality.current }),
      concurrency: 2,
      onFrame: async ({ jpeg }) => void (await presenter.current!.present(jpeg)),
      // A broken JPEG only affects its own picture.
      onError: (error) => console.warn('A picture could not be drawn:', error),
      onState: (next) => next.state !== 'closed' && setState(next),
      onQuality: (change) => setChanges((before) => [change, ...before].slice(0, KEPT_CHANGES)),
    });
    watch.current = current;
    const timer = setInterval(() => {
      const now = current.stats();
      quality.current = now.quality;
      if (now.drawn > 0) setStats(now);
    }, FIGURES_EVERY_MS);
    return () => {
      clearInterval(timer);
      current.close();
    };
  }, [token, adapt, watching, presenter]);

  const setQuality = (next: number) => {
    quality.current = next;
    watch.current?.setQuality(next);
  };
  return { state, stats, changes, setQuality };
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
              {new Date(at).toLocaleTimeString()}
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
