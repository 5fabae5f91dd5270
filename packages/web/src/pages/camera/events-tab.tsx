import type { Camera } from '@lookout/protocol';
import { Link } from 'react-router';
import { byDayPart, daysBetween, startOfDay } from '../../events/model/days.js';
import { useEvents } from '../../events/queries.js';
import { t } from '../../strings/index.js';
import { Button, buttonClasses } from '../../ui/button.js';
import { ErrorMessage } from '../../ui/message.js';
import { Panel } from '../../ui/panel.js';
import { EventRow } from './event-row.js';

const words = t.cameraPage.latest;

/** What has happened on one camera, newest first. */
export function EventsTab({ camera }: { camera: Camera }) {
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useEvents({ camera: camera.id });
  const events = data?.pages.flatMap((page) => page.events) ?? [];
  const today = startOfDay(Date.now());
  return (
    <div className="flat-panels">
      <ErrorMessage error={error} className="p-4" />
      {data && events.length === 0 && (
        <Panel title={words.title}>
          <p className="text-muted">{words.none}</p>
        </Panel>
      )}
      {byDayPart(events, ({ started_at }) => started_at).map(({ dayMs, part, items }) => (
        <Panel key={`${dayMs} ${part}`} title={t.events.group(daysBetween(dayMs, today), part, dayMs)}>
          <ul className="divide-y divide-line">
            {items.map((event) => (
              <li key={event.id}>
                <EventRow event={event} />
              </li>
            ))}
          </ul>
        </Panel>
      ))}
      {(data || error) && (
        <div className="flex flex-wrap gap-2 p-5">
          {hasNextPage && (
            <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {words.older}
            </Button>
          )}
          <Link to={`/events?camera=${encodeURIComponent(camera.id)}`} className={buttonClasses()}>
            {words.search}
          </Link>
        </div>
      )}
    </div>
  );
}
