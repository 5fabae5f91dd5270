import type { RuleEvent } from '@lookout/protocol';
import { CircleX, Pin, Play } from 'lucide-react';
import { Link } from 'react-router';
import { VerificationNote } from '../../second-look/index.js';
import { t } from '../../strings/index.js';
import { classes } from '../../ui/classes.js';
import { EventPicture } from '../event-picture.js';

const words = t.events;
const ASPECT = 16 / 10;
const EDGES = { info: 'bg-line-strong', warning: 'bg-warn-mark', critical: 'bg-bad' } as const;

/** One event: its picture, the reason, where and when. */
export function EventCard({ event, camera }: { event: RuleEvent; camera: string }) {
  const isWrong = event.verdict !== null && event.verdict !== 'right';
  return (
    <Link
      to={`/events/${event.id}`}
      className="group block min-w-0 overflow-hidden rounded-lg border border-line bg-surface shadow-1 transition-colors hover:border-line-strong"
    >
      <span className="relative block">
        <EventPicture
          event={event}
          aspect={ASPECT}
          className={classes('rounded-none', isWrong && 'opacity-60 grayscale')}
        />
        {event.kept && (
          <span className="absolute top-2.5 right-2.5 flex items-center gap-1.5 rounded-full bg-glass px-2.5 py-1 text-12 text-on-glass">
            <Pin size={13} aria-hidden="true" />
            {words.card.kept}
          </span>
        )}
        {event.clip_url !== null && (
          <span className="absolute bottom-2.5 left-2.5 grid size-7 place-items-center rounded-full bg-glass text-on-glass">
            <Play size={14} aria-hidden="true" />
          </span>
        )}
      </span>
      <span className="flex gap-3 p-3.5">
        <span className={classes('w-0.75 shrink-0 rounded-full', EDGES[event.severity])} aria-hidden="true" />
        <span className="min-w-0 flex-1">
          <span className="block font-strong text-pretty">{event.reason}</span>
          <span className="mt-0.5 block text-12 text-muted">
            {camera} · {words.clock(event.frame_timestamp)}
            {event.unconfirmed && <> · {words.card.unconfirmed}</>}
            {event.untested && <> · {words.card.untested}</>}
          </span>
          <VerificationNote verification={event.verification} />
          <VerdictNote event={event} />
        </span>
        {!event.seen && (
          <span role="img" aria-label={words.card.unseen} className="mt-1.5 size-2 shrink-0 rounded-full bg-accent" />
        )}
      </span>
    </Link>
  );
}

function VerdictNote({ event: { verdict, tracks } }: { event: RuleEvent }) {
  if (verdict === null || verdict === 'right') return null;
  const { verdicts } = words.card;
  const text = verdict === 'wrong_object' ? verdicts.wrong_object(tracks[0]?.class_name ?? '') : verdicts[verdict];
  return (
    <span className="mt-1.5 flex items-center gap-1.5 text-12 text-muted">
      <CircleX size={13} aria-hidden="true" />
      {text}
    </span>
  );
}
