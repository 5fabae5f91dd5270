import type { Camera } from '@lookout/protocol';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useServerAway } from '../api/camera-feed.js';
import { useCameras, useMay } from '../api/queries.js';
import { countCameras } from '../camera/camera-state.js';
import { useEvents, useUnseenCount } from '../events/queries.js';
import { useNow, useTitle } from '../lib/hooks.js';
import { useMode, useRules } from '../rules/queries.js';
import { t } from '../strings/index.js';
import { buttonClasses } from '../ui/button.js';
import { ErrorMessage, Problem } from '../ui/message.js';
import { CameraTiles, TilesSkeleton } from './camera-tiles.js';
import { DemoNote } from './demo-note.js';
import { FirstCamera } from './first-camera.js';
import { FirstRule } from './first-rule.js';
import { HomeHead } from './home-head.js';
import { headlineOf, newsOf, watchingRules } from './model/news.js';
import { rememberedShapes } from './model/shapes.js';
import { WhatHappened } from './what-happened.js';

const words = t.home;
const CLOCK_MS = 10_000;
const UNSEEN = { seen: false } as const;

/** The start page: what happened, and every camera as it is now. */
export default function HomePage() {
  useTitle(t.cameras.page);
  const { data: cameras, error } = useCameras();
  const may = useMay();
  const isServerAway = useServerAway();
  // What `Home` shows is asked for together with the cameras, not after them.
  useEvents({});
  useEvents(UNSEEN);
  useRules();
  return (
    <>
      {/* In the top bar, which is empty there on phones. */}
      <p
        aria-hidden="true"
        className="pointer-events-none fixed top-0 left-13.5 z-30 hidden text-[1.0625rem] leading-14 font-title phone:block"
      >
        {t.product}
      </p>
      {isServerAway && (
        <div className="mb-4">
          <Problem title={words.away.title} advice={words.away.text} />
        </div>
      )}
      <ErrorMessage error={error} className="mb-4" />
      {!cameras && !error && <Skeleton />}
      {cameras?.length === 0 && !may.manage && <p className="py-24 text-center text-muted">{words.noneForKey}</p>}
      {cameras?.length === 0 && may.manage && <FirstCamera />}
      {cameras && cameras.length > 0 && <Home cameras={cameras} />}
    </>
  );
}

function Home({ cameras }: { cameras: readonly Camera[] }) {
  const events = useEvents({});
  const unseenEvents = useEvents(UNSEEN);
  const count = useUnseenCount();
  const rules = useRules();
  const { data: mode } = useMode();
  const nowMs = useNow(CLOCK_MS);
  // All at once, so that nothing moves when the rest arrives.
  if (events.isPending || unseenEvents.isPending || rules.isPending) return <Skeleton />;
  const latest = events.data?.pages[0]?.events ?? [];
  const unseen = unseenEvents.data?.pages.flatMap((page) => page.events) ?? [];
  const all = rules.data ?? [];
  const { configured, connecting, inTrouble, waiting, switchedOff } = countCameras(cameras);
  const hasNoRule = rules.data?.length === 0;
  const isNew = hasNoRule && latest.length === 0;
  // One camera leaves room.
  const isBeside = isNew && cameras.length === 1;
  const unseenCount = unseenEvents.hasNextPage ? Math.max(count, unseen.length) : unseen.length;
  const news = newsOf(unseenCount, unseen, !unseenEvents.hasNextPage, latest);
  return (
    <>
      <HomeHead
        headline={isNew ? words.noRules : headlineOf(news, nowMs)}
        rules={all.length === 0 ? undefined : { watching: watchingRules(all, mode?.mode, nowMs), all: all.length }}
        cameras={{ blind: connecting + inTrouble + waiting, all: configured - switchedOff }}
        unseen={unseenCount}
        nowMs={nowMs}
      />
      <ErrorMessage error={events.error ?? rules.error} className="mb-4" />
      {isBeside ? (
        <div className="grid items-start gap-x-5 lg:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)]">
          <div className="lg:order-1 lg:pt-21.5">
            <FirstRule isTall />
          </div>
          <Cameras cameras={cameras} />
        </div>
      ) : (
        <>
          <div className="grid gap-5">
            {hasNoRule && <FirstRule />}
            <WhatHappened latest={latest} unseen={unseen} cameras={cameras} rules={all} nowMs={nowMs} />
          </div>
          <Cameras cameras={cameras} />
        </>
      )}
    </>
  );
}

function Cameras({ cameras }: { cameras: readonly Camera[] }) {
  const may = useMay();
  return (
    <section aria-labelledby="cameras" className="min-w-0">
      <div className="mt-9 mb-3.5 flex min-h-target items-center justify-between gap-4">
        <h2 id="cameras" className="text-20">
          {words.cameras}
        </h2>
        {may.manage && (
          <Link to="/add" className={buttonClasses()}>
            <Plus size={16} aria-hidden="true" />
            {t.add.title}
          </Link>
        )}
      </div>
      <DemoNote cameras={cameras} />
      <CameraTiles cameras={cameras} />
    </section>
  );
}

/** The page's shape until the server has answered, with the pictures' shapes as they were the last time. */
function Skeleton() {
  const [shapes] = useState(rememberedShapes);
  if (shapes.size === 0) return null;
  return (
    <div aria-hidden="true">
      <div className="mb-5">
        <div className="h-8 w-80 max-w-full rounded-sm bg-sunken" />
        <div className="mt-2 h-5 w-60 rounded-sm bg-sunken" />
      </div>
      <div className="mt-9 mb-3.5 min-h-target" />
      <TilesSkeleton shapes={shapes} />
    </div>
  );
}
