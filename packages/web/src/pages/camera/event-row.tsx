import type { RuleEvent } from '@lookout/protocol';
import { Link } from 'react-router';
import { EventPicture } from '../../events/event-picture.js';
import { useNow } from '../../lib/hooks.js';
import { timeInWords } from '../../lib/when.js';
import { t } from '../../strings/index.js';

const ASPECT = 16 / 10;
const MINUTE_MS = 60_000;

/** One event of a camera: its picture, the reason and when. */
export function EventRow({ event }: { event: RuleEvent }) {
  const nowMs = useNow(MINUTE_MS);
  return (
    <Link to={`/events/${event.id}`} className="group flex items-center gap-3 py-3">
      <EventPicture event={event} aspect={ASPECT} className="w-26 shrink-0" />
      <span className="min-w-0 flex-1">
        <span className="block font-strong text-pretty break-words group-hover:underline">{event.reason}</span>
        <span className="mt-0.5 block text-12 text-muted">{timeInWords(event.frame_timestamp, nowMs)}</span>
      </span>
      {!event.seen && (
        <span role="img" aria-label={t.events.card.unseen} className="size-2 shrink-0 rounded-full bg-accent" />
      )}
    </Link>
  );
}
