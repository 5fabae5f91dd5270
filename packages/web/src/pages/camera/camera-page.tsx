import { RequestError, type WatchState } from '@lookout/client';
import type { Camera } from '@lookout/protocol';
import { ChevronLeft } from 'lucide-react';
import { type CSSProperties, useEffect, useRef, useState } from 'react';
import { Link, useParams } from 'react-router';
import { useServerAway } from '../../api/camera-feed.js';
import { useCamera, useMay } from '../../api/queries.js';
import { awayStream } from '../../camera/camera-state.js';
import { MoreLinks, PublishPanel } from '../../camera/share-panel.js';
import { TimedShares } from '../../camera/timed-shares.js';
import { useAlarm } from '../../events/alarm.js';
import { useTitle } from '../../lib/hooks.js';
import { usePlayerChoices } from '../../player/choices.js';
import { useMeter } from '../../player/live-view.js';
import { Player } from '../../player/player.js';
import { t } from '../../strings/index.js';
import { ErrorMessage, Warning } from '../../ui/message.js';
import { NotFoundPage } from '../not-found-page.js';
import { CameraHeader } from './camera-header.js';
import { DiagnosticsTab } from './diagnostics-tab.js';
import { EventsTab } from './events-tab.js';
import { LastHour } from './last-hour.js';
import { LiveTab } from './live-tab.js';
import { RulesTab } from './rules-tab.js';
import { SettingsTab } from './settings-tab.js';
import { type Tab, tabOf, tabPath, tabsFor } from './tabs.js';

export default function CameraPage() {
  const { id = '', tab } = useParams();
  const { data: camera, error } = useCamera(id);
  const shown = tabOf(tab);
  if (!shown || (error instanceof RequestError && error.httpStatus === 404)) return <NotFoundPage />;
  return (
    <>
      <ErrorMessage error={error} className="m-4" />
      {/* Another camera is another page: no figures of the last one stay. */}
      {camera && <CameraDetails key={camera.id} camera={camera} tab={shown} />}
    </>
  );
}

/** The picture, and beside or below it one part of what there is to know. */
function CameraDetails({ camera, tab }: { camera: Camera; tab: Tab }) {
  useTitle(camera.name);
  const meter = useMeter();
  const alarm = useAlarm(camera.id);
  const control = usePlayerChoices();
  const isServerAway = useServerAway();
  const [view, setView] = useState<WatchState>();
  const shape = (camera.width ?? 16) / (camera.height ?? 9);
  const part = useRef<HTMLElement>(null);
  return (
    <div
      style={{ '--shape': shape } as CSSProperties}
      className="phone:flex phone:flex-col sideways:flex sideways:flex-col"
    >
      <div className="flex min-h-14 items-center gap-4 border-b border-line bg-surface pr-4 pl-3.5 phone:contents sideways:contents">
        <CameraHeader camera={camera} meter={meter} view={view?.state} isServerAway={isServerAway} />
        <TabBar cameraId={camera.id} current={tab} onKey={() => part.current?.focus({ preventScroll: true })} />
      </div>
      <div className="phone:contents sideways:contents lg:grid lg:grid-cols-[minmax(0,min(100%-24.5rem,(100dvh-7.25rem)*var(--shape)))_minmax(24.5rem,1fr)]">
        <div className="min-w-0 bg-sunken lg:sticky lg:top-15 lg:self-start phone:order-2 sideways:order-2 sideways:bg-picture">
          {/* Where the side cannot make room for it, a high picture is as high as the window. */}
          <div className="mx-auto w-full max-w-[calc((100dvh-12rem)*var(--shape))] lg:max-w-none phone:max-w-none sideways:max-w-none">
            <Player
              token={camera.id}
              name={camera.name}
              camera={camera}
              videoCodec={camera.video?.codec}
              meter={meter}
              layout="page"
              alarm={alarm}
              onState={setView}
              corner={<BackOnPicture />}
              {...control}
            />
          </div>
          <div className="flat-panels bg-surface max-lg:hidden sideways:hidden">
            <LastHour camera={camera} />
          </div>
        </div>
        <section
          ref={part}
          tabIndex={-1}
          aria-label={t.cameraPage.tabs[tab]}
          className="min-w-0 border-line bg-surface outline-none *:mx-auto *:max-w-180 lg:border-l phone:order-4 sideways:order-4"
        >
          <Messages camera={camera} />
          {tab === 'live' && <LiveTab camera={camera} meter={meter} />}
          {tab === 'events' && <EventsTab camera={camera} />}
          {tab === 'rules' && <RulesTab camera={camera} />}
          {tab === 'share' && <ShareTab camera={camera} />}
          {tab === 'settings' && <SettingsTab camera={camera} />}
          {tab === 'diagnostics' && <DiagnosticsTab camera={camera} meter={meter} {...control} />}
        </section>
      </div>
    </div>
  );
}

function BackOnPicture() {
  return (
    <Link
      to="/"
      aria-label={t.cameras.back}
      title={t.cameras.back}
      className="grid size-11 shrink-0 place-items-center rounded-full bg-glass text-on-glass focus-on-picture"
    >
      <ChevronLeft size={20} aria-hidden="true" />
    </Link>
  );
}

interface TabBarProps {
  cameraId: string;
  current: Tab;
  /** A part was chosen by key: the focus would otherwise have to pass the picture's buttons. */
  onKey: () => void;
}

function TabBar({ cameraId, current, onKey }: TabBarProps) {
  const may = useMay();
  const bar = useRef<HTMLElement>(null);
  // A narrow screen does not show all of them at once.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the part is what it is about
  useEffect(() => {
    const link = bar.current?.querySelector<HTMLElement>('[aria-current=page]');
    if (bar.current && link)
      bar.current.scrollLeft = link.offsetLeft - (bar.current.clientWidth - link.clientWidth) / 2;
  }, [current]);
  return (
    <nav
      ref={bar}
      aria-label={t.cameraPage.tabs.label}
      className="relative ml-auto flex min-w-0 self-stretch overflow-x-auto [scrollbar-width:none] phone:order-3 phone:ml-0 phone:border-b phone:border-line phone:bg-surface phone:px-2 sideways:order-3 sideways:ml-0 sideways:border-b sideways:border-line sideways:bg-surface"
    >
      {tabsFor(may).map(({ tab, label }) => (
        <Link
          key={tab}
          to={tabPath(cameraId, tab)}
          aria-current={tab === current && 'page'}
          onClick={({ detail }) => detail === 0 && onKey()}
          className="flex min-h-12 items-center border-y-2 border-transparent px-3.5 font-medium whitespace-nowrap text-muted -outline-offset-2 transition-colors hover:text-text aria-[current=page]:border-b-accent aria-[current=page]:text-text phone:px-3"
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}

/** What is wrong while there may be a picture all the same. */
function Messages({ camera }: { camera: Camera }) {
  const away = awayStream(camera);
  if (!camera.warning && !away) return null;
  return (
    <div className="space-y-3 p-4">
      {camera.warning && <Warning>{camera.warning}</Warning>}
      {away && <Warning>{away}</Warning>}
    </div>
  );
}

function ShareTab({ camera }: { camera: Camera }) {
  const may = useMay();
  return (
    <div className="flat-panels">
      {may.manage && <TimedShares cameraId={camera.id} />}
      {may.manage && <PublishPanel camera={camera} />}
      <MoreLinks camera={camera} />
    </div>
  );
}
