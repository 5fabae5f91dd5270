import type { Camera, StoredRule } from '@lookout/protocol';
import { CheckCheck, Search } from 'lucide-react';
import { Link, useSearchParams } from 'react-router';
import { useCameras, useMay } from '../../api/queries.js';
import { useTitle } from '../../lib/hooks.js';
import { useRules } from '../../rules/queries.js';
import { t } from '../../strings/index.js';
import { Button, buttonClasses } from '../../ui/button.js';
import { classes } from '../../ui/classes.js';
import { ErrorMessage } from '../../ui/message.js';
import { PageHead } from '../../ui/page-head.js';
import { Skeleton } from '../../ui/skeleton.js';
import { StreetScene } from '../../ui/street-scene.js';
import { nextDay, QUARTER_MS, QUARTERS_PER_PART, quartersOf } from '../model/day-activity.js';
import { byDayPart, daysBetween, startOfDay } from '../model/days.js';
import { type EventFilter, useDayActivity, useEvents, useMarkAllSeen, useUnseenCount } from '../queries.js';
import { DayPicker, DayStrip } from './day-strip.js';
import { EventCard } from './event-card.js';
import { EventFilters, type Shown } from './event-filters.js';

const words = t.events;
const NO_CAMERAS: Camera[] = [];
const NO_RULES: StoredRule[] = [];

/** What has happened, newest first. */
export default function EventsPage() {
  useTitle(words.page);
  const [shown, show] = useShown();
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useEvents(filterOf(shown));
  const { data: cameras = NO_CAMERAS } = useCameras();
  const { data: rules = NO_RULES } = useRules();
  const unseen = useUnseenCount();
  const may = useMay();
  const markAll = useMarkAllSeen();
  const events = data?.pages.flatMap((page) => page.events) ?? [];
  const today = startOfDay(Date.now());
  const day = shown.day ?? today;
  const watched = cameras.map(({ id }) => id).filter((id) => shown.camera === undefined || id === shown.camera);
  const activity = useDayActivity(watched, day);
  const ofDay =
    useEvents(filterOf({ ...shown, day, part: undefined })).data?.pages.flatMap((page) => page.events) ?? [];
  const ofWholeDay = useEvents({ since: day, until: nextDay(day) }).data?.pages.flatMap((page) => page.events);
  // Without a day chosen, all events are listed.
  const unseenShown = shown.day === undefined ? unseen : ofWholeDay?.filter(({ seen }) => !seen).length;
  const nameOf = (id: string) => cameras.find((camera) => camera.id === id)?.name ?? id;
  const classNames = [
    ...new Set([
      ...events.flatMap(({ tracks }) => tracks.map((track) => track.class_name)),
      ...(shown.class === undefined ? [] : [shown.class]),
    ]),
  ];
  return (
    <>
      <PageHead
        title={words.page}
        // Its line is kept free until it is known.
        note={
          ofWholeDay ? words.note(ofWholeDay.length, unseenShown ?? 0, daysBetween(day, today), day) : NO_BREAK_SPACE
        }
      >
        <DayPicker dayMs={day} onChange={(next) => show({ day: next, part: undefined })} />
        <Link to="/events/search" className={buttonClasses('plain')}>
          <Search size={16} aria-hidden="true" />
          {words.search}
        </Link>
        {may.operate && unseen > 0 && (
          <Button disabled={markAll.isPending} onClick={() => markAll.mutate()}>
            <CheckCheck size={16} aria-hidden="true" />
            {words.markAll}
          </Button>
        )}
      </PageHead>
      <EventFilters
        shown={shown}
        onChange={show}
        unseen={unseen}
        cameras={cameras}
        classNames={classNames.sort()}
        rules={rules}
      />
      <DayStrip
        dayMs={day}
        quarters={quartersOf(
          day,
          activity,
          ofDay.map(({ started_at }) => started_at),
          Date.now(),
        )}
        chosenMs={shown.part}
        onChoose={(part) => show({ part })}
      />
      <ErrorMessage error={error ?? markAll.error} className="mb-4" />
      {!data && !error && <Skeleton count={6} className={classes(CARDS, 'mt-9')} part="aspect-4/3" />}
      {byDayPart(events, ({ started_at }) => started_at).map(({ dayMs, part, items }) => (
        <section key={`${dayMs} ${part}`} className="mb-8">
          <h2 className="mb-3 text-16 font-strong">{words.group(daysBetween(dayMs, today), part, dayMs)}</h2>
          <div className={CARDS}>
            {items.map((event) => (
              <EventCard key={event.id} event={event} camera={nameOf(event.camera)} />
            ))}
          </div>
        </section>
      ))}
      {hasNextPage && (
        <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {words.more}
        </Button>
      )}
      {data && events.length === 0 && <NoEvents shown={shown} hasRules={rules.length > 0} />}
    </>
  );
}

const CARDS = 'grid grid-cols-[repeat(auto-fill,minmax(min(100%,19rem),1fr))] gap-4';
const NO_BREAK_SPACE = '\u00a0';

function NoEvents({ shown, hasRules }: { shown: Shown; hasRules: boolean }) {
  const may = useMay();
  const filtered = isFiltered(shown);
  const ofDay = !isFiltered({ ...shown, day: undefined });
  return (
    <section className="mx-auto max-w-md py-10 text-center">
      {!filtered && (
        <div className="mx-auto mb-6 max-w-72">
          <StreetScene label={t.home.empty.scene} />
        </div>
      )}
      <h2 className="text-20">{words.none.title}</h2>
      <p className="mt-1 text-pretty text-muted">
        {!filtered ? words.none.yet : ofDay ? words.none.onDay : words.none.filtered}
      </p>
      {!filtered && !hasRules && may.operate && (
        <Link to="/rules/new" className={buttonClasses('primary', 'mt-5')}>
          {words.none.newRule}
        </Link>
      )}
    </section>
  );
}

/** The filters, in the page's address so that they can be linked to and gone back to. */
function useShown(): [Shown, (change: Partial<Shown>) => void] {
  const [query, setQuery] = useSearchParams();
  const only = query.get('only');
  const shown: Shown = {
    only: only === 'unseen' || only === 'kept' || only === 'wrong' ? only : 'all',
    camera: query.get('camera') ?? undefined,
    class: query.get('class') ?? undefined,
    rule: query.get('rule') ?? undefined,
    day: dayOf(query.get('day')),
    part: Number(query.get('part')) || undefined,
  };
  const show = (change: Partial<Shown>) => {
    const next = Object.entries({ ...shown, ...change }).filter(([, value]) => value !== undefined && value !== 'all');
    setQuery(Object.fromEntries(next.map(([name, value]) => [name, String(value)])), { replace: true });
  };
  return [shown, show];
}

/** Midnight of a day in the page's address. */
function dayOf(text: string | null): number | undefined {
  const timeMs = Number(text);
  return timeMs > 0 ? startOfDay(timeMs) : undefined;
}

function filterOf({ only, camera, class: name, rule, day, part }: Shown): Partial<EventFilter> {
  return {
    ...(day !== undefined && { since: day, until: nextDay(day) }),
    ...(part !== undefined && { since: part, until: part + QUARTERS_PER_PART * QUARTER_MS }),
    ...(camera !== undefined && { camera }),
    ...(name !== undefined && { class: name }),
    ...(rule !== undefined && { rule }),
    ...(only === 'unseen' && { seen: false }),
    ...(only === 'kept' && { kept: true }),
    ...(only === 'wrong' && { verdict: 'wrong' as const }),
  };
}

function isFiltered({ only, ...rest }: Shown): boolean {
  return only !== 'all' || Object.values(rest).some((value) => value !== undefined);
}
