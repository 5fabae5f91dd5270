import type { RuleEvent } from '@lookout/protocol';
import { Link } from 'react-router';
import { EventPicture } from '../events/event-picture.js';
import { briefTime } from '../lib/when.js';
import { t } from '../strings/index.js';
import { classes } from '../ui/classes.js';
import { UnseenDot } from './unseen-dot.js';

const words = t.home;
const ASPECT = 1.6;

export interface LatestEventsProps {
  events: readonly RuleEvent[];
  nameOf: (cameraId: string) => string;
  nowMs: number;
  /** Without a lead beside it, it takes the width. */
  isAlone: boolean;
}

/** What happened last, a line each. */
export function LatestEvents({ events, nameOf, nowMs, isAlone }: LatestEventsProps) {
  return (
    <section
      aria-labelledby="latest"
      className="flex flex-col rounded-lg border border-line bg-surface shadow-1 phone:border-0 phone:bg-transparent phone:shadow-none"
    >
      <div className="flex items-center justify-between gap-3 px-4 pt-1.5 phone:px-0">
        <h2 id="latest" className="text-15 font-semibold">
          {words.latest}
        </h2>
        <Link
          to="/events"
          className="-mr-2 flex min-h-target items-center px-2 text-13 font-medium text-accent-text hover:underline"
        >
          {words.allEvents}
        </Link>
      </div>
      <ul
        className={classes(
          'flex-1 pb-1.5',
          isAlone ? 'grid gap-x-4 md:grid-cols-2' : 'grid content-start divide-y divide-line',
        )}
      >
        {events.map((event, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: news changes what a line tells, and moves no line
          <li key={place} className="grid">
            <Link
              to={`/events/${event.id}`}
              className="flex items-center gap-3.5 px-4 py-3 hover:bg-sunken phone:rounded-md phone:px-0"
            >
              <EventPicture key={event.id} event={event} aspect={ASPECT} className="w-32 shrink-0 phone:w-28" />
              <span className="min-w-0 flex-1">
                <span className="line-clamp-2 font-strong">{event.reason}</span>
                <span className="figures mt-0.5 block truncate text-12 text-muted">
                  {nameOf(event.camera)} · {briefTime(event.frame_timestamp, nowMs)}
                </span>
              </span>
              <UnseenDot seen={event.seen} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
