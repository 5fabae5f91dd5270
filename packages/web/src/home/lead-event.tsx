import type { RuleEvent } from '@lookout/protocol';
import { Pin, Play, TriangleAlert } from 'lucide-react';
import { Link } from 'react-router';
import { useMay } from '../api/queries.js';
import { EventPicture } from '../events/event-picture.js';
import { useChangeEvent } from '../events/queries.js';
import { briefTime } from '../lib/when.js';
import { t } from '../strings/index.js';
import { Button, buttonClasses } from '../ui/button.js';
import { classes } from '../ui/classes.js';
import { ErrorMessage } from '../ui/message.js';
import { UnseenDot } from './unseen-dot.js';

const words = t.home.lead;
const ASPECT = 2;
/** Less than in a small picture: where it happened is seen too. */
const OBJECT_SHARE = 0.28;

export interface LeadEventProps {
  event: RuleEvent;
  /** Name of its camera. */
  camera: string;
  /** The sentence of its rule. */
  sentence: string;
  nowMs: number;
}

/** The newest warning that nobody has seen: its picture, the reason, and what to do with it. */
export function LeadEvent({ event, camera, sentence, nowMs }: LeadEventProps) {
  const { id, reason, severity, frame_timestamp, clip_url, kept, seen } = event;
  const may = useMay();
  const { mutate: change, error } = useChangeEvent(id);
  const path = `/events/${id}`;
  return (
    <section
      aria-label={reason}
      className="flex flex-col overflow-hidden rounded-lg border border-line bg-surface shadow-1 phone:-mx-4 phone:rounded-none phone:border-x-0 phone:border-t-0"
    >
      <Link to={path} tabIndex={-1} className="relative block">
        <EventPicture event={event} aspect={ASPECT} share={OBJECT_SHARE} className="rounded-none" />
        <span
          className={classes(
            'always-dark absolute top-3 left-3 flex h-7 items-center gap-1.5 rounded-full bg-glass px-2.5 text-12',
            severity === 'critical' ? 'text-bad' : 'text-on-glass',
          )}
        >
          <TriangleAlert size={14} aria-hidden="true" />
          {t.events.severities[severity]}
        </span>
      </Link>
      <div className="flex flex-1 flex-col justify-between gap-4 p-5 phone:p-4">
        <div className="flex gap-2.5">
          <UnseenDot seen={seen} className="mt-2.25" />
          <div className="min-w-0">
            <h2 className="text-20 text-pretty phone:text-[1.125rem]">{reason}</h2>
            <p className="figures mt-1 text-13 text-pretty text-muted">
              {camera} · {briefTime(frame_timestamp, nowMs)} · {words.fromRule(sentence)}
            </p>
          </div>
        </div>
        <div className="flex flex-wrap items-center gap-2 phone:grid phone:grid-cols-2">
          <Link to={path} className={buttonClasses('primary')}>
            {t.events.banner.look}
          </Link>
          {clip_url !== null && (
            <Link to={`${path}#clip`} className={buttonClasses()}>
              <Play size={16} aria-hidden="true" />
              {words.watchClip}
            </Link>
          )}
          {may.operate && (
            <>
              <Button pressed={kept} onClick={() => change({ kept: !kept })}>
                <Pin size={16} aria-hidden="true" />
                {kept ? t.events.one.isKept : t.events.one.keep}
              </Button>
              <Link to={`${path}#wrong`} className={buttonClasses('ghost')}>
                {t.events.verdict.wrong}
              </Link>
            </>
          )}
        </div>
        <ErrorMessage error={error} />
      </div>
    </section>
  );
}
